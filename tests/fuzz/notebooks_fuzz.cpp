#include "fuzz.hpp"
#include "notebooks_export/cells.hpp"
#include "notebooks_export/notebook.hpp"
#include "notebooks_export/recording.hpp"
#include "support/source.hpp"

// What the exporter reads, the first byte says which: (l)essons, what they (p)rinted, their (c)laims, files of (e)xercises,
// (n)otebooks.

namespace {

void run(std::string_view bytes) {
  switch (take_byte(bytes)) {
    case 'l': {
      const std::string path = file_of(bytes);
      lesson::question_of(lesson::read_cells(path), "none");
      notebook::Notebook made;
      for (const notebook::LessonCell& cell : notebook::cells_of_lesson(path))
        made.cells.push_back(cell.cell);
      notebook::json_of(made);
      break;
    }
    case 'p': {
      notebook::Notebook made;
      for (const auto& [line, outputs] : notebook::recording_of(std::string(bytes)).outputs)
        made.cells.push_back({false, "a", "", "", outputs});
      notebook::json_of(made);
      break;
    }
    case 'c':
      notebook::read_claims(file_of(bytes));
      break;
    case 'e': {
      const std::string name(take_until(bytes, '\n'));
      const notebook::Exercise exercise = notebook::exercise_of(name, std::string(bytes));
      require(notebook::cells_of_exercises("01_lesson", {exercise}).size() == 6,
              "an exercise has three cells");
      break;
    }
    case 'n': {
      const notebook::Notebook read = notebook::read_notebook(file_of(bytes));
      require(notebook::read_notebook(file_of(notebook::json_of(read))).cells.size() == read.cells.size(),
              "a notebook comes back");
      break;
    }
  }
}

}  // namespace

const Target target = {
    run,
    {"l// %% [markdown]\n// # 9. Why?\n//\n// Because.\n\n// %%\nSTEP(\"One\") {\n}\nSTEP_ON(data, \"Two\") {\n}\n",
     "p\x1e{\"step\":{\"line\":7}}\na\n\x1e{\"display\":{\"image/svg+xml\":\"<svg/>\",\"text/plain\":\"it falls\"}}\n"
     "\x1e{\"error\":\"no\"}\n\x1e{\"end\":{\"passed\":1,\"failed\":0,\"skipped\":0}}\n",
     "cit holds\tpass\t\n",
     "e04_name\ntitle: A\nkind: b\nlesson: lessons/01_a.cpp, \"Heading\"\nminutes: 5\nneeds: c\n--- hint 1\nx\n",
     R"(n{"cells":[{"cell_type":"markdown","id":"a","metadata":{"tags":["about"]},"source":["# Why?\n","x"]},)"
     R"({"cell_type":"code","id":"b","metadata":{},"source":"x","execution_count":1,"outputs":[)"
     R"({"output_type":"stream","name":"stdout","text":["1\n"]},{"output_type":"error","evalue":"no"},)"
     R"({"output_type":"display_data","data":{"image/svg+xml":"<svg/>","text/plain":"it","image/png":"QQ=="}}]}],)"
     R"("metadata":{"tinygrad_cpp":{"claims":["pass\tit holds"]}},"nbformat":4,"nbformat_minor":5})"}};
