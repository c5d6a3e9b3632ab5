// From the command line to the exit status of a lesson.
#pragma once

namespace lesson {

/// Runs the steps with the prose between them. 0: every claim held. 1: one did not, or a step threw. 2: a
/// wrong flag.
int run(int argc, char** argv);

}  // namespace lesson
