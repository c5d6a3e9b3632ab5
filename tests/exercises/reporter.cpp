// The main of an exercise's tests. What doctest prints, an answer can print too. So this reports to the
// judge, through a pipe and with a number that the judge drew for this run.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

constexpr int secret_descriptor = 3, channel_descriptor = 4;

int channel = -1;
char number[33] = "";

// Before any static object of an answer is made: those have no priority. (On macOS the linker's order of the
// objects decides, and this one is the first.)
__attribute__((constructor(101))) void take_number() {
  if (read(secret_descriptor, number, 32) != 32) return;
  close(secret_descriptor);
  const int high = 32 + static_cast<int>(std::strtol(std::string(number, 2).c_str(), nullptr, 16)) % 200;
  channel = fcntl(channel_descriptor, F_DUPFD_CLOEXEC, high);
  close(channel_descriptor);
}

void report(const std::string& what) {
  const std::string line = std::string(number, 32) + " " + what + "\n";
  if (channel >= 0 && write(channel, line.data(), line.size()) < 0) std::_Exit(1);
}

struct Reporter : doctest::IReporter {
  explicit Reporter(const doctest::ContextOptions&) {}
  void test_case_start(const doctest::TestCaseData& test) override {
    report(std::string("begin ") + test.m_name);
  }
  void test_case_end(const doctest::CurrentTestCaseStats& test) override {
    report("end " + std::to_string(test.numAssertsCurrentTest) + " " +
           std::to_string(test.numAssertsFailedCurrentTest) + (test.testCaseSuccess ? " 1" : " 0"));
  }
  void test_run_end(const doctest::TestRunStats&) override { report("over"); }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};

}  // namespace

REGISTER_LISTENER("judge", 1, Reporter);

int main(int argc, char** argv) { return doctest::Context(argc, argv).run(); }
