// Eigen includes the header of MMX, which Emscripten does not have, and uses nothing of it.
#pragma once
