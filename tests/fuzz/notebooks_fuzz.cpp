#include "fuzz.hpp"
#include "notebooks_export/cells.hpp"
#include "notebooks_export/notebook.hpp"
#include "notebooks_export/recording.hpp"
#include "support/source.hpp"

// What the exporter reads: lessons, what they printed, their claims, the files of exercises, notebooks.

const Target target = {
    [](std::string_view bytes) {
      const std::string text(bytes), path = file_of(bytes);
      succeeds([&] {
        require(notebook::cells_of_lesson(path).size() >= 2, "a notebook has two cells of its own");
        lesson::question_of(lesson::read_cells(path), "none");
      });
      succeeds([&] { notebook::recording_of(text); });
      succeeds([&] { notebook::read_claims(path); });
      succeeds([&] {
        const notebook::Exercise exercise = notebook::exercise_of("01_name", text);
        require(notebook::cells_of_exercises("01_lesson", {exercise}).size() >= 6,
                "an exercise has three cells");
      });
      succeeds([&] {
        const notebook::Notebook read = notebook::read_notebook(path);
        require(notebook::read_notebook(file_of(notebook::json_of(read))).cells.size() == read.cells.size(),
                "a notebook comes back");
      });
    },
    {"// %% [markdown]\n// # 9. Why?\n//\n// Because.\n\n// %%\nSTEP(\"One\") {\n}\nSTEP_ON(data, \"Two\") {\n}\n",
     "\x1e{\"step\":{\"line\":7}}\na\n\x1e{\"display\":{\"image/svg+xml\":\"<svg/>\",\"text/plain\":\"it falls\"}}\n"
     "\x1e{\"error\":\"no\"}\n\x1e{\"end\":{\"passed\":1,\"failed\":0,\"skipped\":0}}\n",
     "it holds\tpass\t\n",
     "title: A\nkind: b\nlesson: lessons/01_a.cpp, \"Heading\"\nminutes: 5\nneeds: c\n--- hint 1\nx\n",
     R"({"cells":[{"cell_type":"markdown","id":"a","metadata":{"tags":["about"]},"source":["# Why?\n","x"]},)"
     R"({"cell_type":"code","id":"b","metadata":{},"source":"x","execution_count":1,"outputs":[)"
     R"({"output_type":"stream","name":"stdout","text":["1\n"]},{"output_type":"error","evalue":"no"},)"
     R"({"output_type":"display_data","data":{"image/svg+xml":"<svg/>","text/plain":"it","image/png":"QQ=="}}]}],)"
     R"("metadata":{"tinygrad_cpp":{"claims":["pass\tit holds"]}},"nbformat":4,"nbformat_minor":5})"}};
