// The main of every lesson; the library for notebooks leaves it out.
#include "support/run.hpp"

int main(int argc, char** argv) { return lesson::run(argc, argv); }
