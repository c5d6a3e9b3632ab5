#include "support/csv.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "../support.hpp"

// Tables as learners have them: what is read, and what each bad file is told.

namespace {

namespace fs = std::filesystem;

/// A file that is gone at the end of the test.
class File {
 public:
  explicit File(const std::string& bytes)
      : path(fs::temp_directory_path() / fmt::format("table_{}.csv", getpid())) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~File() { fs::remove(path); }
  const std::string path;
};

lesson::Csv read(const std::string& bytes, const lesson::CsvOptions& options = {}) {
  return lesson::read_csv(File(bytes).path, options);
}

/// The end of the error that these bytes give, behind the name of the file.
bool refused(const std::string& bytes, const std::string& text) {
  return fails_with([&] { read(bytes); }, fmt::format("[csv] {}{}", File("").path, text));
}

using Names = std::vector<std::string>;
using Values = std::vector<double>;

}  // namespace

TEST_CASE("csv: a table with names, without, with one row, with one column") {
  const lesson::Csv named = read("date,price\n1,2.5\n3,-4e-1\n5,.5\n");
  CHECK(named.rows == 3);
  CHECK(named.columns == 2);
  CHECK(named.names == Names{"date", "price"});
  CHECK(named.values == Values{1, 2.5, 3, -0.4, 5, 0.5});
  CHECK(named.at(1, 0) == 3);
  CHECK(named.lines == std::vector<int>{2, 3, 4});
  CHECK(named.values_of(1) == Values{2.5, -0.4, 0.5});
  CHECK(fails_with([&] { named.at(3, 0); }, "row 3, column 0 of a table of 3 rows and 2 columns"));
  CHECK(fails_with([&] { named.values_of(-1); }, "column -1"));

  const lesson::Csv bare = read("1,2,5");
  CHECK(bare.rows == 1);
  CHECK(bare.lines == std::vector<int>{1});
  CHECK(read("\"two\nlines\",b\n1,2\n").lines == std::vector<int>{3});
  CHECK(bare.names == Names{"column 1", "column 2", "column 3"});
  CHECK(read("x\n1\n3\n").values == Values{1, 3});
  CHECK(read("7\n").values == Values{7});
}

TEST_CASE("csv: separators, line ends, quotes, spaces, a byte-order mark") {
  CHECK(read("a;b\n1;2\n").values == Values{1, 2});
  CHECK(read("a\tb\n1\t 2\n").values == Values{1, 2});
  CHECK(read("a;b,c\n1,2\n").names == Names{"a;b", "c"});
  CHECK(read("\"a,b\";c\n1;2\n").names == Names{"a,b", "c"});
  CHECK(read("a,b\r\n1,2\r\n\r\n  \r\n").values == Values{1, 2});
  CHECK(read("a,b\r1,2\r").values == Values{1, 2});
  CHECK(read("a,b\n +1 ,\t2 \n").values == Values{1, 2});
  CHECK(read("a,b\n\"1\",\" 2 \"\n").values == Values{1, 2});
  CHECK(read("\"a \"\"b\"\" c\" , d\n1,2\n").names == Names{"a \"b\" c", "d"});
  CHECK(read("\"two\nlines\",d\n1,2\n").names == Names{"two lines", "d"});
  CHECK(read("\xef\xbb\xbfgrößen,d\n1,2\n").names == Names{"größen", "d"});
  CHECK(read(",x\n1,2\n").names == Names{"column 1", "x"});
}

TEST_CASE("csv: a column by name or number") {
  const lesson::Csv csv = read("date,\"price\",volume\n1,2,3\n");
  CHECK(csv.column("date") == 0);
  CHECK(csv.column("price") == 1);
  CHECK(csv.column("3") == 2);
  CHECK(fails_with([&] { csv.column("4"); },
                   "[csv] there is no column 4; the columns are 1 to 3: date, price, volume"));
  CHECK(fails_with([&] { csv.column("0"); }, "there is no column 0;"));
  CHECK(fails_with([&] { csv.column("99999999999"); }, "there is no column 99999999999;"));
  CHECK(fails_with(
      [&] { csv.column("prize"); },
      "[csv] there is no column \"prize\"; did you mean \"price\"? The columns are date, price, volume"));
  CHECK(read("1;2\n").column("column 2") == 1);
  CHECK(read("1;2\n").column("2") == 1);
}

TEST_CASE("csv: many columns, of which an error lists some") {
  std::string names, numbers;
  for (int i = 0; i < 274; ++i) {
    names += fmt::format("{}f{}", i ? "," : "", i);
    numbers += fmt::format("{}{}", i ? "," : "", i);
  }
  const lesson::Csv csv = read(names + "\n" + numbers + "\n");
  CHECK(csv.columns == 274);
  CHECK(csv.at(0, 273) == 273);
  CHECK(csv.column("f200") == 200);
  CHECK(fails_with([&] { csv.column("g273"); }, "did you mean \"f273\"? The columns are f0, f1, "));
  CHECK(fails_with([&] { csv.column("g273"); }, ", f11 and 262 more"));
}

TEST_CASE("csv: what is no table of numbers is refused, with its place") {
  CHECK(refused("", ": the file is empty; a table of numbers is needed"));
  CHECK(refused("\n \r\n", ": the file is empty"));
  CHECK(refused("a,b\n", ": a row of names and nothing after it; at least one row"));
  CHECK(refused("a,b,c\n1,2,3\n4,5\n",
                ", line 3: the number of fields is 2; it must be 3, as in the first row"));
  CHECK(refused("1,2\n1,2,\n", ", line 2: the number of fields is 3; it must be 2"));
  CHECK(refused("a,b\n1,2\n3,n/a\n",
                ", line 3, column 2 (b): got \"n/a\"; a finite number is needed. Fill the hole; or leave "
                "out such rows (--missing n/a) or "
                "columns (--skip b)"));
  CHECK(refused("a,b\nx,1\n2,3\n", ", line 2, column 1 (a): got \"x\"; a number is needed. --skip a leaves"));
  CHECK(refused("a,b\n1,\n2,5\n",
                ", line 2, column 2 (b): the field is empty; a number is needed. Fill the hole; or leave "
                "out such rows (--missing empty) or columns (--skip b)"));
  CHECK(refused("a,b\n1,\"\"\n2,5\n", ", line 2, column 2 (b): the field is empty"));
  CHECK(refused("1;2;3\n;2;3\n", ", line 2, column 1: the field is empty"));
  CHECK(refused("a,b\nNaN,1\n",
                ", line 2, column 1 (a): got \"NaN\"; a finite number is needed. Fill the hole"));
  CHECK(refused("nan,inf\n", ", line 1, column 1: got \"nan\"; a finite number"));
  CHECK(refused("a\n-inf\n", ", line 2, column 1 (a): got \"-inf\"; a finite number"));
  CHECK(refused("a\n1e400\n",
                ", line 2, column 1 (a): got \"1e400\"; a double goes from about 1e-308 to 1e308"));
  CHECK(
      refused("a,b\n1,2\n3 4,5\n", ", line 3, column 1 (a): got \"3 4\"; one number is needed. If columns"));
  CHECK(refused("a\n1\n+-1\n", ", line 3, column 1 (a): got \"+-1\"; a number is needed"));
  CHECK(refused("a,b, a\n1,2,3\n", ", line 1: columns 1 and 3 are both named \"a\"; names must differ"));
  CHECK(refused("a\n\"1\n2\n", ", line 2: a double quote opens and none closes it: \"1\\n2"));
  CHECK(refused("a\n\"1\"2\n", ", line 2, column 1: there is text after the closing quote: \"1\"2"));
  CHECK(refused("\"two\nlines\"\n1\nx\n", ", line 4, column 1 (two lines): got \"x\""));
}

TEST_CASE("csv: an error shows a long or odd field in short and harmless") {
  const std::string place = ", line 3, column 1 (a): got ";
  CHECK(refused("a\n1\n" + std::string(40, 'x'), place + '"' + std::string(27, 'x') + "...\"; a number"));
  CHECK(refused("a\n1\n" + std::string(27, 'x') + "größe",
                place + '"' + std::string(27, 'x') + "...\"; a number"));
  CHECK(refused("a\n1\nx\033[31m\n", place + "\"x\\x1b[31m\"; a number"));
}

TEST_CASE("csv: a file that is no text, is a directory, or is not there") {
  CHECK(
      refused(std::string("a,b\n1,\0", 7), ", line 2: byte 0x00 is no text in UTF-8; a text file is needed"));
  CHECK(refused("\xfe\xfe", ", line 1: byte 0xfe is no text"));
  CHECK(
      refused("gr\xf6\xdf"
              "e\n1\n",
              ", line 1: byte 0xf6 is no text"));
  CHECK(refused("\xf8\x80\x80\x80\n1\n", ", line 1: byte 0xf8 is no text"));
  CHECK(refused("a\n1\n\xc3", ", line 3: byte 0xc3 is no text"));
  const std::string directory = fs::temp_directory_path();
  CHECK(fails_with([&] { lesson::read_csv(directory); },
                   "[csv] " + directory + ": this is a directory; the path of a file is needed"));
  CHECK(fails_with([] { lesson::read_csv("no_such.csv"); },
                   "[csv] there is no file \"no_such.csv\"; looked for " +
                       (fs::current_path() / "no_such.csv").string()));
}
