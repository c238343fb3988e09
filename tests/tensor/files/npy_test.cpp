#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/files/detail/npy_header.h>
#include <weft/tensor/files/detail/zip.h>
#include <weft/tensor/files/npy.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"
#include "tests/tensor/files/old_file.h"

using namespace weft;
using namespace weft::test;

namespace {

std::map<std::string, Tensor> some_tensors() {
  Numbers random(1);
  return {{"floats", random.tensor({3, 4}, DType::f32)},
          {"doubles", transpose(random.tensor({2, 5}))},
          {"ids", random.indices({7}, 100)},
          {"ints", cast(random.indices({1, 3}, 100), DType::i32)},
          {"bytes", cast(random.indices({5}, 256), DType::u8)},
          {"mask", tensor({1, 0, 1}, DType::boolean)},
          {"scalar", tensor(2.5)},
          {"empty", Tensor({0, 3}, DType::f32)}};
}

std::string npy(const std::string& dict, const std::string& data = "", const std::string& version = std::string("\1\0", 2)) {
  std::string text = dict + "\n", file = "\x93NUMPY" + version;
  file += {static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return file + text + data;
}

// Returns the loader's error about a file with this content, without the path, or "" if it can be loaded.
template <class Load>
std::string complaint(const TemporaryFolder& folder, Load load, const std::string& content) {
  std::string path = folder / "file";
  write_old_file(path, content);
  try {
    load(path);
    return "";
  } catch (const FormatError& error) {
    std::string text = error.what();
    REQUIRE(text.starts_with(path));
    return text.substr(path.size() + (text[path.size()] == ':' ? 2 : 0));
  }
}

template <class Load>
void damage(const TemporaryFolder& folder, Load load, const std::string& whole, std::uint64_t seed) {
  Numbers random(seed);
  int rejected = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = whole;
    for (std::int64_t changes = 1 + random.below(3); changes > 0 && !bytes.empty(); --changes) {
      auto at = static_cast<std::size_t>(random.below(std::ssize(bytes))), other = at / 2;
      switch (random.below(4)) {
        case 0:
          bytes[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          bytes.erase(at, 1 + other % 9);
          break;
        case 2:
          bytes.insert(at, bytes.substr(other, 1 + at % 40));
          break;
        default:
          bytes.resize(at + 1);
      }
    }
    rejected += !complaint(folder, load, bytes).empty();
  }
  CHECK(rejected > 1000);
}

}  // namespace

TEST_CASE("npy: saved tensors can be loaded") {
  TemporaryFolder folder;
  for (const auto& named : some_tensors()) {
    CAPTURE(named.first);
    const Tensor& tensor = named.second;
    save_npy(folder / "a.npy", tensor);
    CHECK(equal_bits(load_npy(folder / "a.npy"), tensor));
    CHECK(npy_header(tensor).size() % 64 == 0);
  }
  CHECK(folder.files() == 1);
  Tensor loaded = load_npy(folder / "a.npy");
  CHECK_THROWS_AS(save_npy(folder / "b.npy", Tensor()), ValueError);
  CHECK_THROWS_AS(load_npy(folder / "none.npy"), IoError);
}

TEST_CASE("npy: all versions, Fortran order and any spacing are read") {
  TemporaryFolder folder;
  std::string data("\1\2\3\4\5\6", 6);
  auto load = [&](const std::string& content) {
    write_file(folder / "file", content);
    return load_npy(folder / "file");
  };
  CHECK(equal_bits(load(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }   ", data)),
                   tensor({{1, 2, 3}, {4, 5, 6}}, DType::u8)));
  CHECK(equal_bits(load(npy("{\"shape\":(2,3),'fortran_order':True,'descr':'|u1'}", data)),
                   tensor({{1, 3, 5}, {2, 4, 6}}, DType::u8)));
  CHECK(equal_bits(load(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "\7")), tensor(7, DType::u8)));
  std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': (6,)}\n";
  for (char version : {'\2', '\3'})
    CHECK(
        equal_bits(load("\x93NUMPY" + std::string{version, '\0', static_cast<char>(text.size()), '\0', '\0', '\0'} + text + data),
                   tensor({1, 2, 3, 4, 5, 6}, DType::u8)));
}

TEST_CASE("npy: a malformed file is rejected with the byte and the reason") {
  TemporaryFolder folder;
  auto says = [&](const std::string& content) { return complaint(folder, load_npy, content); };
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", four(4, '\0');
  CHECK(says(npy(good, four)) == "");
  CHECK(says("") == "byte 0: this is not an .npy file");
  CHECK(says("PK, but no archive") == "byte 0: this is not an .npy file");
  CHECK(says(npy(good, four, std::string("\4\0", 2))) == "byte 6: version 4.0 is not 1.0, 2.0 or 3.0");
  CHECK(says(npy(good, four).substr(0, 40)) == "byte 8: a header of 58 bytes goes past the end of the file");
  CHECK(says(npy(good, "123")) == "byte 68: shape [1] of f32 has 4 bytes, the file has 3");
  CHECK(says(npy(good, "12345")) == "byte 68: shape [1] of f32 has 4 bytes, the file has 5");
  CHECK(says(npy("{}")) == "byte 13: the header has no descr");
  CHECK(says(npy("{'descr': '<f4', 'shape': ()}", four)) == "byte 40: the header has no fortran_order");
  CHECK(says(npy("{'descr': '<f2', 'fortran_order': False, 'shape': ()}")) ==
        "byte 20: dtype '<f2' is not one of <f4, <f8, <i8, <i4, |u1, |b1");
  CHECK(says(npy("{'descr': '>f4', 'fortran_order': False, 'shape': ()}")).find("dtype '>f4'") != std::string::npos);
  CHECK(says(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}")) ==
        "byte 20: arrays of structures are not read");
  CHECK(says(npy("{'descr': '<f4', 'descr': '<f4'}")) == "byte 27: key 'descr' occurs twice");
  CHECK(says(npy("{'size': 4}")) == "byte 11: unknown key 'size'");
  CHECK(says(npy("{'descr': '<f4', 'fortran_order': 0}")) == "byte 44: expected True or False");
  CHECK(says(npy("{'shape': (1)}")) == "byte 22: expected ,");
  CHECK(says(npy("{'shape': (-1,)}")) == "byte 21: expected a size");
  CHECK(says(npy("{'shape': (1, 2")) == "byte 26: expected )");
  CHECK(says(npy("{'shape")) == "byte 12: a string does not end");
  CHECK(says(npy("{'shape': (99999999999999999999,)}")) == "byte 21: a size is too large");
  CHECK(says(npy("{'shape': (1,1,1,1,1,1,1,1,1)}")).find("more than 8 dimensions") != std::string::npos);
  CHECK(says(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}")) ==
        "its shape [4294967296, 4294967296] is too large");
  CHECK(says(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", "\1\2")) == "byte 67: a bool is neither 0 nor 1");
}

TEST_CASE("npz: saved tensors can be loaded") {
  TemporaryFolder folder;
  std::string path = folder / "all.npz";
  auto tensors = some_tensors();
  tensors["\xC3\xA9/inner"] = tensor({1});
  save_npz(path, tensors);
  auto loaded = load_npz(path);
  REQUIRE(loaded.size() == tensors.size());
  for (const auto& [name, tensor] : tensors) CHECK(equal_bits(loaded.at(name), tensor));
  std::string first = read_file(path);
  save_npz(path, loaded);
  CHECK(read_file(path) == first);
  CHECK(folder.files() == 1);

  save_npz(path, {});
  CHECK(load_npz(path).empty());
  CHECK_THROWS_AS(save_npz(path, {{"a", Tensor()}}), ValueError);
  CHECK_THROWS_AS(save_npz(path, {{std::string("a\0b", 3), tensor(1)}}), ValueError);
}

TEST_CASE("npz: a malformed archive is rejected with the byte and the reason") {
  TemporaryFolder folder;
  auto says = [&](const std::string& content) { return complaint(folder, load_npz, content); };
  save_npz(folder / "two.npz", {{"a", tensor({1, 2})}, {"b", tensor({3})}});
  const std::string whole = read_file(folder / "two.npz");
  std::size_t directory = whole.find("PK\1\2"), second = whole.rfind("PK\1\2"), end = whole.find("PK\5\6");
  auto with = [&](std::size_t at, char byte) {
    std::string changed = whole;
    changed[at] = byte;
    return says(changed);
  };
  CHECK(says(whole) == "");
  CHECK(says(whole.substr(0, end) + whole.substr(end)) == "");
  CHECK(says("") == "byte 0: this is not a zip archive");
  CHECK(says(whole.substr(0, end + 10)) ==
        "byte " + std::to_string(end + 10) + ": the archive has no end record: it is truncated");
  CHECK(says(whole + "x") == "byte " + std::to_string(whole.size() + 1) + ": the archive has no end record: it is truncated");
  CHECK(with(directory + 10, 8) ==
        "byte " + std::to_string(directory) + ": \"a.npy\" is compressed (method 8); save it uncompressed, with numpy.savez");
  CHECK(with(directory + 8, 1) == "byte " + std::to_string(directory) + ": \"a.npy\" is encrypted");
  CHECK(with(directory + 16, whole[directory + 16] ^ 1) == "byte 35: \"a.npy\" does not have the checksum in the directory");
  CHECK(with(100, whole[100] ^ 1) == "byte 35: \"a.npy\" does not have the checksum in the directory");
  CHECK(with(second + 46, 'a') == "byte " + std::to_string(second) + ": \"a.npy\" occurs twice");
  CHECK(with(second + 42, 0) == "byte 0: \"b.npy\" has another name here");
  CHECK(with(second + 42, 1) == "byte 1: \"b.npy\" does not start here");
  CHECK(with(directory + 20, 1) == "byte " + std::to_string(directory) + ": \"a.npy\" has two sizes");
  CHECK(with(directory, 'Q') == "byte " + std::to_string(directory) + ": expected an entry of the directory");
  CHECK(with(end + 16, 0) == "byte " + std::to_string(end + 16) + ": the directory does not end where the end record starts");
  CHECK(with(end + 8, 1) == "byte " + std::to_string(end + 4) + ": the archive has several parts");
}

TEST_CASE("npz: the error names an entry that is not an array") {
  TemporaryFolder folder;
  save_npz(folder / "a.npz", {{"a", tensor({1, 2})}});
  std::string whole = read_file(folder / "a.npz");
  for (std::size_t at = whole.find("a.npy"); at != std::string::npos; at = whole.find("a.npy", at + 1)) whole[at + 4] = 'x';
  CHECK(complaint(folder, load_npz, whole) == "byte 35: \"a.npx\" is not an .npy file");
}

TEST_CASE("npy, npz: thousands of damaged files are rejected or read, and never crash") {
  TemporaryFolder folder;
  save_npy(folder / "a.npy", Numbers(1).tensor({3, 4}));
  damage(folder, load_npy, read_file(folder / "a.npy"), 2);
  save_npz(folder / "a.npz", some_tensors());
  damage(folder, load_npz, read_file(folder / "a.npz"), 3);
}

TEST_CASE("the zip checksum agrees with known values") {
  CHECK(crc32("123456789") == 0xCBF43926u);
  CHECK(crc32("6789", crc32("12345")) == 0xCBF43926u);
  CHECK(crc32("") == 0);
}
