// Where a lesson's output goes: one stream, one width, one decision about colour.
#pragma once
#include <string>
#include <string_view>

namespace lesson {

/// How a piece of text is meant. On a terminal with colours it shows; anywhere else the text stays as it is.
enum class Style { plain, heading, dim, code, strong, pass, fail };

std::string styled(Style style, std::string_view text);

/// --no-color. Without it: NO_COLOR set and not empty means none, CLICOLOR_FORCE means some, TERM=dumb or no
/// terminal means none.
void forbid_colour();

/// For a program that reads the output: no colour, no status line, and as wide in every terminal.
void be_plain();

/// Columns that stdout has: COLUMNS, then the terminal itself, then 80.
int columns();

/// Columns for text: columns(), at least 20 and at most 88.
int text_width();

/// Everything a lesson prints comes through here, so that it stays in order (a notebook catches std::cout
/// only).
void write(std::string_view text);

/// A question at which the cursor stays. It is no output, and nothing keeps it.
void show_prompt(std::string_view text);
/// The reader has pressed Enter, which the terminal has shown.
void prompt_was_answered();

/// While one of these lives, write() calls `turn` before text that would push what was printed since the last
/// prompt off the screen.
class Pages {
 public:
  explicit Pages(void (*turn)());
  ~Pages();
  Pages(const Pages&) = delete;
};

/// While one of these lives, it keeps what write() is given, muted or not. Of several the youngest does.
class Capture {
 public:
  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  const std::string& text() const { return text_; }
  void add(std::string_view text) { text_ += text; }

 private:
  std::string text_;
  Capture* outer_;
};

/// To be called first: keeps a file that is opened later from taking the place of stdout, stdin or stderr
/// where that is closed.
void hold_standard_streams();

/// At a program's end, whose status it gives back; 1 instead of 0, and a message on stderr, when some of the
/// output could not be written.
int finished(std::string_view program, int status);

/// A line on stderr; that it cannot be written is no error.
void complain(const std::string& line);

/// While muted, write() prints nothing.
void mute(bool on);
bool muted();

/// One line on stderr, in place of the one before; an empty one takes it away, and so does write(). Nothing
/// where it does not show: when stderr is no terminal or a dumb one, and while muted.
void show_status(std::string_view line);
bool status_shows();
int status_width();

}  // namespace lesson
