#include "fuzz.hpp"
#include "support/csv.hpp"

// Tables of numbers, and columns asked for by name. The first line is what is asked for: a column, and behind
// signs of | the separator, whether there are names, the columns to use, those to skip, and missing numbers.

const Target target = {
    [](std::string_view bytes) {
      std::string_view asked = take_until(bytes, '\n');
      const auto next = [&] { return std::string(take_until(asked, '|')); };
      const std::string name = next();
      lesson::CsvOptions options;
      for (std::string* option :
           {&options.separator, &options.header, &options.columns, &options.skip, &options.missing})
        if (std::string given = next(); !given.empty()) *option = given;
      const lesson::Csv csv = lesson::read_csv(file_of(bytes), options);
      require_message(csv.understood);
      const auto rows = static_cast<std::size_t>(csv.rows), columns = static_cast<std::size_t>(csv.columns);
      require(rows > 0 && columns > 0 && csv.values.size() == rows * columns, "a table has all its values");
      require(csv.names.size() == columns && csv.lines.size() == rows, "columns have names, and rows lines");
      for (int column = 0; column < std::min(csv.columns, 20); ++column) {
        require(csv.column(csv.names[static_cast<std::size_t>(column)]) == column, "names lead to columns");
        require(csv.values_of(column).size() == rows, "a column is as long as the table");
      }
      csv.column(name);
    },
    {"b\na,b\n1,2\n3,-4.5e3\n", "2\n1;2\n+3;.5\n", "\"a\"\n\"a\"\"b\"\t\"c\nd\"\r\n1\t\"2\"\r\n",
     "x\n\xef\xbb\xbfpr\xc3\xa9s;temp\n20,39;1\n", "1\nnan,inf\n1e999,\n", "1\n1\r2\r3\n\n\n",
     "b|semicolon|yes|a,b|c|-999\na;b;c\n1;-999;3\n4;5;6\n", "1|tab|no\n1\t2\n"}};
