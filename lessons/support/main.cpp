// The main of every lesson; the library for notebooks leaves it out.
#include "support/run.hpp"
#include "support/terminal.hpp"

int main(int argc, char** argv) {
  lesson::hold_standard_streams();
  return lesson::finished(argc > 0 ? argv[0] : "lesson", lesson::run(argc, argv));
}
