#include <cstdio>
#include <cstdlib>

#include "fuzz.hpp"
#include "support/command_line.hpp"
#include "support/knob.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"

// The flags of a lesson's program: a line of the bytes is an argument. A mistake is explained on stderr.

namespace {

struct Outcome {
  std::optional<int> status;
  std::string said;  // on stderr
};

Outcome read(std::vector<std::string> arguments) {
  std::vector<char*> words = {const_cast<char*>("09_lesson")};
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const usual = std::exchange(stderr, open_memstream(&text, &size));
  Outcome outcome;
  outcome.status =
      lesson::read_command_line(static_cast<int>(words.size()) - 1, words.data(), "09_lesson", "Why?");
  std::fclose(std::exchange(stderr, usual));
  outcome.said.assign(text, size);
  std::free(text);
  return outcome;
}

}  // namespace

const Target target = {[](std::string_view bytes) {
                         lesson::mute(true);  // --help
                         lesson::settings() = {};
                         const lesson::Knob<double> lr("lr", .1, "step size", lesson::at_least{0});
                         const lesson::Knob<int> hidden("hidden", 20, "units", lesson::at_least{1});
                         const lesson::Knob<bool> clip("clip", true, "clip gradients");
                         const lesson::Knob<std::string> data("data", "", "a file of your own");
                         std::vector<std::string> arguments;
                         while (!bytes.empty() && arguments.size() < 100) {
                           const std::string_view line = take_until(bytes, '\n');
                           arguments.emplace_back(line.substr(0, line.find('\0')));  // an argument ends there
                         }
                         const auto [status, said] = read(arguments);
                         require(!status || *status == 0 || *status == 2, "the status is 0 or 2");
                         require(said.empty() != (status == 2), "a mistake is explained, and nothing else");
                         require_message(said);
                         if (status) return;
                         require(lr >= 0 && hidden >= 1, "knobs keep their limits");
                         require_message(lesson::flags_given());
                       },
                       {"--lr\n0.5\n--hidden=7\n--no-clip\n--data\nmy file.csv",
                        "--seed\n7\n--quick\n--no-prose\n--no-color", "--help",
                        "--only\n1\n--further\n--no-ask\n--seeds\n2\n--full\n--quick",
                        "--figures\ndir\n--csv=dir\n--summary\nf\n--claims\nf", "--hiden\n3", "--lr\n--quick",
                        "--lr=nan\n--hidden\n1e99", "-x\n--\n--=\n=\n-"}};
