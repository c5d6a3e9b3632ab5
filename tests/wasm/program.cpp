// In place of tests/program.cpp where there are no programs to start and no project to read: in a browser.
#include "tests/program.hpp"

const std::filesystem::path project_path = "", build_path = "";

Program::Program(Words /*words*/, Words /*variables*/, const std::string& /*input*/)
    : output_(nullptr, &std::fclose) {}

Printed Program::wait() { return {"", 127}; }

bool has_program(const std::string& /*name*/) { return false; }
