#include "support/guide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "support/markdown.hpp"
#include "support/reader.hpp"
#include "support/record_mode.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

const Step& step_of(const Section& section) { return steps()[static_cast<std::size_t>(section.number - 1)]; }

// The page is full, and more is to come.
void turn_page() {
  if (!settings().ask) return;
  const std::optional<std::string> key = ask(styled(Style::dim, "Enter reads on, q out") + " ");
  if (!key) settings().ask = false;
  if (key == "q") throw Left();
}

// Block by block, so that a page can end between two; a heading stays with what follows it.
void write_blocks(const std::string& text) {
  const std::size_t shortest = 100;
  for (std::size_t from = 0, to = 0; from < text.size(); from = to) {
    const std::size_t blank = text.find("\n\n", from + shortest);
    to = blank == std::string::npos ? text.size() : blank + 2;
    write(text.substr(from, to - from));
  }
}

void show_prose(const std::string& markdown) {
  if (settings().prose && !markdown.empty()) write_blocks(rendered(markdown, text_width()) + "\n");
}

void run_body(int number, const Step& step) {
  try {
    step.body();
  } catch (const Left&) {
    throw;
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format("step {} ({}) stopped: {}", number, step.title, error.what()));
  } catch (...) {
    throw std::runtime_error(
        fmt::format("step {} ({}) stopped: something was thrown that is no std::exception", number,
                    step.title));
  }
  write("\n");
}

void show_title(const std::string& number, const Step& step) {
  const std::string title = styled(Style::strong, fmt::format("{} {}", number, step.title));
  const std::string place = styled(Style::dim, fmt::format("(line {})", step.line));
  write(wrapped(title + "  " + place, text_width(), 4) + "\n\n");
}

void show_straight(const Section& section) {
  show_prose(section.before);
  if (section.number) {
    const Step& step = step_of(section);
    if (settings().record)
      write(step_record(step.line, step.title));
    else
      show_title(fmt::format("[{}]", section.number), step);
    run_body(section.number, step);
  }
  show_prose(section.after);
}

// A lesson in front of a reader.
class Guide {
 public:
  explicit Guide(const std::vector<Section>& sections) : sections_(sections) {}

  void run() try {
    show(0);
    while (settings().ask) {
      if (const std::optional<std::string> key = ask(prompt()))
        obey(*key);
      else
        settings().ask = false;  // the input has ended: nobody is there to press Enter
      if (at_ == sections_.size()) return;
    }
    while (kept_.size() < sections_.size()) show(kept_.size());
  } catch (const Left&) {
  }

  std::vector<int> left_out() const {
    std::vector<int> numbers;
    for (std::size_t i = std::max(kept_.size(), opening()); i < sections_.size(); ++i)
      numbers.push_back(sections_[i].number);
    return numbers;
  }

 private:
  // How many sections are the opening: no steps.
  std::size_t opening() const {
    const auto is_step = [](const Section& section) { return section.number != 0; };
    return static_cast<std::size_t>(std::find_if(sections_.begin(), sections_.end(), is_step) -
                                    sections_.begin());
  }

  std::string prompt() const {
    const char* enter = at_ + 1 == sections_.size() ? "ends" : at_ + 1 == opening() ? "begins" : "goes on";
    return styled(Style::dim, fmt::format("Enter {}, b back, q out, ? keys", enter)) + " ";
  }

  // Runs what has not run yet; shows again what has.
  void show(std::size_t wanted) {
    write("\n");
    if (wanted < kept_.size()) write_blocks(kept_[wanted] + "\n");
    while (kept_.size() <= wanted) {
      mute(kept_.size() < wanted);
      const Capture capture;
      show_new(kept_.size());
      kept_.push_back(capture.text());
    }
    mute(false);
    at_ = wanted;
  }

  void show_new(std::size_t i) const {
    const Section& section = sections_[i];
    if (section.number)
      show_title(fmt::format("step {} of {}:", i + 1 - opening(), sections_.size() - opening()),
                 step_of(section));
    show_prose(section.before);
    if (section.number) run_body(section.number, step_of(section));
    show_prose(section.after);
  }

  void obey(const std::string& key) {
    int number = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (key.empty()) {
      if (at_ + 1 < sections_.size())
        show(at_ + 1);
      else
        at_ = sections_.size();
    } else if (key == "q") {
      throw Left();
    } else if (key == "b") {
      if (at_ > 0)
        show(at_ - 1);
      else
        write("This is the beginning.\n");
    } else if (key == "?") {
      show_help();
    } else if (error == std::errc() && end == key.data() + key.size()) {
      jump(number);
    } else {
      write("That is no key here; ? lists them.\n");
    }
  }

  void jump(int number) {
    const int most = static_cast<int>(sections_.size() - opening());
    if (number < 1 || number > most)
      write(fmt::format("There are steps 1 to {}; ? lists them.\n", most));
    else
      show(static_cast<std::size_t>(number - 1) + opening());
  }

  void show_help() const {
    write(
        "\n  Enter  goes on\n  b      shows the step before again\n  3      goes to step 3\n"
        "  q      leaves, tells what was checked\n\n");
    for (std::size_t i = opening(); i < sections_.size(); ++i)
      write(wrapped(fmt::format("{} {:2}  {}", i == at_ ? '>' : ' ', i + 1 - opening(),
                                step_of(sections_[i]).title),
                    text_width(), 6) +
            "\n");
    write("\n");
  }

  const std::vector<Section>& sections_;
  std::vector<std::string> kept_;  // what each section that has run printed
  std::size_t at_ = 0;             // the section that was shown last
};

}  // namespace

std::vector<int> show_sections(const std::vector<Section>& sections) {
  const Pages pages(turn_page);
  const int only = settings().only;
  if (settings().ask && !only && sections.size() > 1) {
    Guide guide(sections);
    guide.run();
    return guide.left_out();
  }
  for (const Section& section : sections) {
    if (only && section.number > only) break;
    mute(only && section.number != only);  // the steps before it may compute what it needs
    try {
      show_straight(section);
    } catch (const Left&) {
      break;
    }
  }
  return {};
}

}  // namespace lesson
