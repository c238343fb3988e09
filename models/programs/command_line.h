// What the programs' command lines have in common.
#pragma once

#include <weft/tensor/error.h>
#include <weft/tensor/parallel.h>

#include <CLI/CLI.hpp>

#include <functional>
#include <iostream>
#include <string>

namespace weft::programs {

// Runs a program: parses the command line, then calls its subcommand's callback, or `body` for a program without subcommands. One
// clear line on standard error and exit code 2 for unknown options, bad values and bad files.
inline int run(CLI::App& app, int argc, char** argv, const std::function<void()>& body = {}) {
  if (!body) app.require_subcommand(1);
  app.get_formatter()->column_width(44);
  try {
    app.parse(argc, argv);
    if (body) body();
    return 0;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << error.what() << " (see --help)\n";
  } catch (const std::exception& error) {
    std::cerr << app.get_name() << ": " << error.what() << '\n';
  }
  return 2;
}

// --threads for a subcommand; takes effect as it is read.
inline void add_threads(CLI::App* command) {
  command
      ->add_option_function<int>(
          "--threads", [](int count) { set_threads(count); }, "threads to use; results do not depend on it")
      ->default_str("1")
      ->check(CLI::PositiveNumber);
}

// A result line: "name 12.34", with `digits` after the point.
inline void print_result(const std::string& name, double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  std::cout << name << ' ' << text << '\n';
}

}  // namespace weft::programs
