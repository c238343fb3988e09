// Files with a changed number in their header are read or refused, and do not allocate more memory than their size justifies.
#include <doctest/doctest.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/files/npy.h>
#include <weft/tensor/files/safetensors.h>
#include <weft/tensor/memory/allocator.h>

#include <functional>

#include "tests/tensor/files/old_file.h"

using namespace weft;
using test::read_file, test::TemporaryFolder, test::write_old_file;

namespace {

const std::vector<std::string> kNumbers{"-1",
                                        "0",
                                        "0.5",
                                        "2",
                                        "-1000000",
                                        "1000000000",
                                        "1e300",
                                        "nan",
                                        "inf",
                                        "",
                                        "abc",
                                        "1e9",
                                        "2147483648",
                                        "4611686018427387904",
                                        "9223372036854775808",
                                        "99999999999999999999999"};

// Returns whether a file with this content can be read.
template <class Load>
bool is_read(const std::string& path, const std::string& content, Load load) {
  constexpr std::int64_t kMost = std::int64_t{8} << 20;
  write_old_file(path, content);
  memory::reset_peak();
  const std::int64_t before = memory::stats().peak_bytes;
  bool read = true;
  try {
    load(path);
  } catch (const FormatError& error) {
    read = false;
    CHECK(std::string(error.what()).starts_with(path));
  }
  CHECK(memory::stats().peak_bytes - before < kMost);
  return read;
}

// Calls `visit` with copies of `text` in which one of its numbers is replaced by another one.
void each_number(const std::string& text, const std::function<void(const std::string& changed)>& visit) {
  const char* digits = "0123456789";
  for (std::size_t at = text.find_first_of(digits); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(digits, at), text.size());
    for (const std::string& number : kNumbers)
      if (number != text.substr(at, end - at)) visit(text.substr(0, at) + number + text.substr(end));
    at = text.find_first_of(digits, end);
  }
}

std::string little_endian(std::uint64_t number, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> 8 * i & 255);
  return text;
}

}  // namespace

TEST_CASE("damaged numbers of a safetensors header are handled") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  save_tensors(path, {{"a", ones({2, 3})}, {"b", ones({4})}}, {{"key", "1"}});
  const std::string whole = read_file(path);
  const auto length = static_cast<std::size_t>(static_cast<unsigned char>(whole[0]));
  const std::string header = whole.substr(8, length), data = whole.substr(8 + length);
  int tried = 0;
  each_number(header, [&](const std::string& changed) {
    ++tried;
    is_read(path, little_endian(changed.size(), 8) + changed + data, load_tensors);
  });
  CHECK(tried > 100);
  for (std::uint64_t size : {0UL, 1UL, length + 1, 1UL << 20, 100'000'001UL, 1UL << 31, 1UL << 62, ~0UL}) {
    CAPTURE(size);
    CHECK_FALSE(is_read(path, little_endian(size, 8) + header + data, load_tensors));
  }
}

TEST_CASE("damaged numbers of an npy header are handled") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  const std::string data(24, '\0');
  const std::string text = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }";
  auto file = [&](const std::string& header) {
    return std::string("\x93NUMPY\1\0", 8) + little_endian(header.size() + 1, 2) + header + "\n" + data;
  };
  CHECK(is_read(path, file(text), load_npy));
  each_number(text, [&](const std::string& changed) { CHECK_FALSE(is_read(path, file(changed), load_npy)); });
  each_number("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
              [&](const std::string& changed) { CHECK_FALSE(is_read(path, file(changed), load_npy)); });
}

TEST_CASE("damaged numbers of a zip archive are handled") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  save_npz(path, {{"a", ones({2})}, {"b", ones({1})}});
  const std::string whole = read_file(path);
  int refused = 0;
  for (std::size_t at = 0; at + 1 < whole.size(); ++at)
    for (unsigned number : {0U, 1U, 0x7FFFU, 0x8000U, 0xFFFFU}) {
      std::string changed = whole;
      changed.replace(at, 2, little_endian(number, 2));
      refused += !is_read(path, changed, load_npz);
    }
  CHECK(refused > 1000);
}
