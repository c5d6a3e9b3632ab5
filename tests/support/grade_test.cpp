// A class's answers: which are graded, and what the report says.
#include "support/exercises/grade.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../files.hpp"
#include "../program.hpp"
#include "fake_exercises.hpp"
#include "support/error_of.hpp"

using namespace exercises;
using lesson::error_of;

namespace {

std::vector<Exercise> three() {
  const Places places;
  return {{places, "03_sgd_step"}, {places, "09_prelu"}, {places, "13_gru_cell"}};
}

void put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

// Three answers that each format has to write: a name and a text with everything that could break it.
Graded example() {
  const std::string name = "Zo\xc3\xab \"<&,\n\xff\x1b";
  return {"class",
          "bwrap",
          {{name,
            {{"03_sgd_step", 2, {"PASS", 4, 4, ""}},
             {"09_prelu", 0.5, {"RED", 1, 3, "a < b && \"c\"\n\x01]]>"}}}},
           {"ben",
            {{"03_sgd_step", 2, {"MISSING", 0, 0, "no file\n"}}, {"09_prelu", 0.5, {"PASS", 3, 3, ""}}}}}};
}

}  // namespace

TEST_CASE("grade: N picks exercises, POINTS gives points") {
  const std::vector<Exercise> all = three();
  CHECK(chosen(all, "", "").size() == 3);
  const std::vector<Choice> picked = chosen(all, "13, 3", "03_sgd_step=2.5");
  REQUIRE(picked.size() == 2);
  CHECK(picked[0].exercise->name == "03_sgd_step");
  CHECK(picked[0].points == 2.5);
  CHECK(picked[1].exercise->name == "13_gru_cell");
  CHECK(picked[1].points == 1);
  CHECK(error_of([&] { chosen(all, "3 99", ""); }) ==
        "[grade] N names the exercise 99; there are 03 to 13, as 3 or 03_sgd_step");
  CHECK(error_of([&] { chosen(all, "", "99=1"); }).find("POINTS names the exercise 99;") !=
        std::string::npos);
  for (const char* points : {"3", "3=", "3=x", "3=-1", "3=1x", "3=nan", "=2 "})
    CHECK_MESSAGE(error_of([&] { chosen(all, "", points); }).starts_with("[grade] POINTS"), points);
  CHECK(error_of([&] { chosen(all, "3", "9=1"); }) ==
        "[grade] POINTS gives points to 09_prelu, which N leaves out");
}

TEST_CASE("grade: a folder a student, or one student's folder") {
  const Folder folder("class");
  const std::vector<Exercise> all = three();
  const std::string path = folder.path;
  const auto error = [&](const std::string& of) { return error_of([&] { students_in(of, all); }); };
  CHECK(error("").find("DIR is not given") != std::string::npos);
  CHECK(error(path + "/none").find("there is no folder DIR=") != std::string::npos);
  CHECK(error(path).find("has no folders; a folder for each student is needed") != std::string::npos);
  put(folder.path / "ben/notes.txt", "");
  put(folder.path / ".git/03_sgd_step.hpp", "");
  put(folder.path / "an na/lessons/exercises/09_prelu.hpp", "");
  put(folder.path / "read.me", "");
  const auto students = students_in(path, all);
  REQUIRE(students.size() == 2);
  CHECK(students.begin()->first == "an na");
  CHECK(students.at("ben") == path + "/ben");
  CHECK(students_in(path + "/an na", all).begin()->first == "an na");
  put(folder.path / "03_sgd_step.hpp", "");
  CHECK(error(path).find("either a class or one student is needed") != std::string::npos);
}

TEST_CASE("grade: what was handed in is a file, and no way out of the folder") {
  const Folder folder("student");
  const std::vector<Exercise> all = three();
  const auto of = [&](const Exercise& exercise) { return handed_in(folder.path / "anna", exercise); };
  put(folder.path / "anna/03_sgd_step.hpp", "text");
  put(folder.path / "ben/09_prelu.hpp", "secret");
  CHECK(of(all[0]).text == "text");
  CHECK(of(all[0]).refused.word == "");
  CHECK(of(all[1]).refused.word == "MISSING");
  CHECK(of(all[1]).refused.text == "There is no 09_prelu.hpp in the folder.\n");
  fs::create_symlink(folder.path / "ben/09_prelu.hpp", folder.path / "anna/09_prelu.hpp");
  CHECK(of(all[1]).refused.word == "REFUSED");
  CHECK(of(all[1]).text == "");
  fs::create_directory(folder.path / "anna/13_gru_cell.hpp");
  CHECK(of(all[2]).refused.word == "REFUSED");
  put(folder.path / "anna/03_sgd_step.hpp", std::string(1'000'001, 'x'));
  CHECK(of(all[0]).refused.text == "The file has more than 1 MB.\n");
}

TEST_CASE("grade: a file whose name is nearly right is missing, and asked about") {
  const Folder folder("nearly");
  const Exercise prelu = three()[1];
  for (const char* name : {"9_prelu.hpp", "09_prelu.hpp.txt", "09_Prelu.hpp", "09-prelu.hpp", "prelu.hpp",
                           "09_prelu (1).hpp", "lessons/exercises/9.hpp"}) {
    const fs::path student = folder.path / "anna";
    put(student / name, "text");
    put(student / "19_which_power.hpp", "text");
    const HandedIn got = handed_in(student, prelu);
    CHECK(got.text == "");
    CHECK(got.refused.word == "MISSING");
    CHECK(got.refused.text == "There is no 09_prelu.hpp in the folder. Did you mean " +
                                  fs::path(name).filename().string() + "? Rename it to 09_prelu.hpp.\n");
    fs::remove_all(student);
  }
}

TEST_CASE("grade: points are those of the green answers") {
  const Graded graded = example();
  CHECK(graded.students[0].points() == 2);
  CHECK(graded.students[1].points() == 0.5);
  CHECK(graded.students[1].of() == 2.5);
}

TEST_CASE("grade: other programs can read the reports") {
  const Graded graded = example();
  CHECK(as_csv(graded) ==
        "student,points,of,03_sgd_step,09_prelu\r\n"
        "\"Zo\xc3\xab \"\"<&,\n\xef\xbf\xbd\x1b\",2,2.5,PASS,RED\r\nben,0.5,2.5,MISSING,PASS\r\n");
  const Folder folder("reports");
  const std::string json = folder.file("r.json", as_suffix_says(graded, "r.json")),
                    xml = folder.file("r.xml", as_suffix_says(graded, "a/b.xml"));
  const char* const script =
      "import json, sys, xml.etree.ElementTree as tree\n"
      "r = json.load(open(sys.argv[1], encoding='utf-8'))\n"
      "s = r['students'][0]\n"
      "print(r['folder'], r['sandbox'], len(r['students']), ascii(s['name']), s['points'], s['of'])\n"
      "e = s['exercises'][1]\n"
      "print(e['name'], e['verdict'], e['points'], e['of'], e['tests_passed'], e['tests'])\n"
      "print(ascii(e['text']))\n"
      "t = tree.parse(sys.argv[2]).getroot()\n"
      "print(t.tag, len(t), ascii(t[0].get('name')), t[0].get('tests'), t[0].get('failures'))\n"
      "print(t[0][1].get('name'), t[0][1][0].get('message'), ascii(t[0][1][0].text), len(t[0][0]))\n";
  if (!has_program("python3")) return;
  const Printed printed = run_program({"python3", "-c", script, json, xml});
  CHECK(printed.status == 0);
  CHECK(printed.text ==
        "class bwrap 2 'Zo\\xeb \"<&,\\n\\ufffd\\x1b' 2 2.5\n"
        "09_prelu RED 0 0.5 1 3\n'a < b && \"c\"\\n\\x01]]>'\n"
        "testsuites 2 'Zo\\xeb \"<&,\\n\\ufffd\\ufffd' 2 1\n"
        "09_prelu RED: 1 of 3 tests pass 'a < b && \"c\"\\n\\ufffd]]>' 0\n");
  CHECK(error_of([&] { as_suffix_says(graded, "r.txt"); }) ==
        "[grade] REPORT is r.txt; a name that ends in .json, .csv or .xml (JUnit) is needed");
}

TEST_CASE("grade: every folder is in the report, and only what is new is judged") {
  const FakeExercises project("graded");
  const auto graded = [&](const std::string& report, const std::string& only) {
    return project.said([&] {
      grade(Places{}, {.folder = "class", .report = report, .only = only, .points = "", .build = "build"});
      return 0;
    });
  };
  put(project.folder.path / "class/anna/01_one.hpp", "anna's");
  put(project.folder.path / "class/anna/02_two.hpp", "anna's");
  put(project.folder.path / "class/ben/01_one.hpp", "anna's");
  put(project.folder.path / "class/cleo/notes", "");
  const std::string first = graded("r.csv", "1 2");
  CHECK(first.find("sandbox: ") == 0);
  CHECK(first.find("anna                         0 of 2   COMPILE 01 02\n") != std::string::npos);
  CHECK(first.find("folders: 3, answers: 3; 2 judged now, the others as before\nwrote r.csv\n") !=
        std::string::npos);
  CHECK(contents(project.folder.path / "r.csv") ==
        "student,points,of,01_one,02_two\r\nanna,0,2,COMPILE,COMPILE\r\nben,0,2,COMPILE,MISSING\r\n"
        "cleo,0,2,MISSING,MISSING\r\n");
  CHECK(graded("", "").find("answers: 3; 0 judged now") != std::string::npos);
  put(project.folder.path / "class/ben/01_one.hpp", "ben's");
  CHECK(graded("", "").find("answers: 3; 1 judged now") != std::string::npos);
  const auto refused = [&](const std::string& report) {
    return error_of([&] {
      grade(project.places(), {project.folder.path / "class", project.folder.path / report, "", "", "build"});
    });
  };
  CHECK(refused("none/r.csv").find("cannot be written; a file in a folder that is there") !=
        std::string::npos);
  CHECK(refused("class").find("ends in .json") != std::string::npos);
}
