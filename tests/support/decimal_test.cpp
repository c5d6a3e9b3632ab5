#include "support/decimal.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string_view>

TEST_CASE("read_decimal_by_strtod: reads what std::from_chars reads") {
  constexpr std::string_view texts[] = {
      "",
      "-",
      "+1",
      " 1",
      "-+1",
      "- 1",
      "--1",
      "0",
      "-0",
      "1",
      "-12.5",
      ".5",
      "5.",
      ".",
      "-.5e3",
      "1e5",
      "1e",
      "1e+",
      "1e-3x",
      "1E5 ",
      "0x10",
      "-0x1p3",
      "0X",
      "x",
      "10x",
      "1,5",
      "1.5.2",
      "inf",
      "-INF",
      "nan",
      "infinity1",
      "infi",
      "1e308",
      "1.8e308",
      "-1e400",
      "5e-324",
      "1e-308",
      "1e-400",
      "-1e-400",
      "0e999",
      "0.0e-999",
      "1_000",
      "2.5D-03",
      "0.1",
      "nanx",
      "e5",
      "\t1",
      "1\n",
      "123456789012345678901234567890",
      "0.30000000000000004",
      "9007199254740993",
      "\u22121",
      "1\u00a0",
  };
  for (const std::string_view text : texts) {
    CAPTURE(text);
    double value = 7, expected = 7;
    const auto [stop, status] = lesson::read_decimal_by_strtod(text, value);
    const auto wanted = lesson::read_decimal(text, expected);
    CHECK(status == wanted.ec);
    CHECK(stop == wanted.ptr);
    CHECK((value == expected || (std::isnan(value) && std::isnan(expected))));
    CHECK(std::signbit(value) == std::signbit(expected));
  }
}

TEST_CASE("read_decimal: reads no further than the text") {
  constexpr std::string_view digits = "1234";
  double value = 0;
  CHECK(lesson::read_decimal(digits.substr(0, 2), value).ptr == digits.data() + 2);
  CHECK(value == 12);
}
