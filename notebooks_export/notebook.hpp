// A notebook as Jupyter's format nbformat 4.5 has it, as far as lessons need it.
#pragma once
#include <string>
#include <vector>

namespace notebook {

/// What a cell printed: text, a picture with its description, or the message of an error that stopped it.
struct Output {
  enum class Kind { text, picture, error };
  Kind kind = Kind::text;
  std::string text;             // of a picture, what it shows
  std::string svg = "";         // of a picture
  std::string png_base64 = "";  // of a picture; may be empty
};

struct Cell {
  bool prose = false;  // markdown
  std::string id;      // the same at each export
  std::string source;
  // "about" and "notebook-setup" are the cells that no lesson has; "question" asks for a prediction, and "prediction", whose
  // code and outputs are folded, holds the answer. "unfolded" is code that the book's pages do not fold.
  std::string tag = "";
  std::vector<Output> outputs = {};
};

struct Notebook {
  std::vector<Cell> cells;
  std::vector<std::string> claims;  // each "pass", "fail" or "skipped", a tab and the sentence
};

/// The file's text. Code cells are numbered as if they had run once, in order. Error where something is no text in UTF-8.
std::string json_of(const Notebook& notebook);

/// Error, with the path, where it cannot be read or is no such notebook.
Notebook read_notebook(const std::string& path);

/// 16 hexadecimal digits that depend on the two names alone.
std::string id_of(const std::string& notebook, const std::string& cell);

}  // namespace notebook
