#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/files/safetensors.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"
#include "tests/tensor/files/old_file.h"

using namespace weft;
using namespace weft::test;

namespace {

std::string with_length(const std::string& header, const std::string& data = "") {
  std::string file(8, '\0');
  for (std::size_t i = 0, length = header.size(); i < 8; ++i, length >>= 8) file[i] = static_cast<char>(length & 255);
  return file + header + data;
}

// Returns the error of load_tensors about a file with this content, without the path, or "" if it can be loaded.
std::string complaint(const TemporaryFolder& folder, const std::string& content) {
  std::string path = folder / "file.safetensors";
  write_old_file(path, content);
  try {
    load_tensors(path);
    return "";
  } catch (const FormatError& error) {
    std::string text = error.what();
    REQUIRE(text.substr(0, path.size() + 2) == path + ": ");
    return text.substr(path.size() + 2);
  }
}

std::map<std::string, Tensor> some_tensors() {
  Numbers random(1);
  return {{"encoder.weight", random.tensor({3, 4}, DType::f32)},
          {"double", transpose(random.tensor({2, 5}))},
          {"ids", random.indices({7}, 100)},
          {"short", cast(random.indices({1, 3}, 100), DType::i32)},
          {"bytes", cast(random.indices({5}, 256), DType::u8)},
          {"mask", tensor({1, 0, 1}, DType::boolean)},
          {"scalar", tensor(2.5)},
          {"empty", Tensor({0, 3}, DType::f32)},
          {"\"quoted\" \\ \n \xC3\xA9 \xF0\x9F\x90\x8E", tensor({1, 2})}};
}

}  // namespace

TEST_CASE("safetensors: saved tensors can be loaded, for every dtype, views and unusual names") {
  TemporaryFolder folder;
  std::string path = folder / "model.safetensors";
  auto tensors = some_tensors();
  std::map<std::string, std::string> metadata{{"format", "weft"}, {"vocabulary", "a\tb\n\"c\" \xE2\x82\xAC"}, {"", ""}};
  save_tensors(path, tensors, metadata);
  TensorFile file = load_tensors(path);
  CHECK(file.metadata == metadata);
  REQUIRE(file.tensors.size() == tensors.size());
  for (const auto& [key, tensor] : tensors) {
    const std::string& name = key;  // clang 14 captures no structured binding
    CAPTURE(name);
    CHECK(equal_bits(file.tensors.at(name), tensor));
    CHECK(reinterpret_cast<std::uintptr_t>(file.tensors.at(name).raw()) % static_cast<unsigned>(size_of(tensor.dtype())) == 0);
  }
  CHECK(folder.files() == 1);

  std::string first = read_file(path);
  save_tensors(path, tensors, metadata);  // replaces a file that was loaded
  CHECK(read_file(path) == first);
  CHECK(equal_bits(file.tensors.at("double"), tensors.at("double")));
}

TEST_CASE("safetensors: a file may have no tensors") {
  TemporaryFolder folder;
  save_tensors(folder / "empty", {});
  TensorFile file = load_tensors(folder / "empty");
  CHECK(file.tensors.empty());
  CHECK(file.metadata.empty());
}

TEST_CASE("safetensors: a loaded tensor outlives its file and is written without changing it") {
  TemporaryFolder folder;
  std::string path = folder / "model";
  save_tensors(path, {{"a", tensor({1, 2, 3})}, {"b", tensor({4, 5})}});
  std::string before = read_file(path);
  Tensor a = load_tensors(path).tensors.at("a");
  a.set({1}, 9);
  a.write<float>()[2] = 8;
  CHECK(equal_bits(a, tensor({1, 9, 8})));
  CHECK(read_file(path) == before);
  CHECK(equal_bits(load_tensors(path).tensors.at("a"), tensor({1, 2, 3})));
  std::filesystem::remove(path);
  CHECK(equal_bits(a, tensor({1, 9, 8})));
}

TEST_CASE("safetensors: elements that are unaligned in the file are aligned in memory") {
  TemporaryFolder folder;
  std::string data("\1\0\0\x80\x3F", 5);  // one byte, then 1.0f
  std::string header =
      R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[],"data_offsets":[1,5]}})";
  CHECK(complaint(folder, with_length(header, data)) == "");
  TensorFile file = load_tensors(folder / "file.safetensors");
  CHECK(file.tensors.at("a").item() == 1);
  CHECK(file.tensors.at("b").item() == 1);
}

TEST_CASE("safetensors: JSON may have spaces, escapes and any order of fields") {
  TemporaryFolder folder;
  std::string header =
      "{ \"\\u0061\\u00e9\\ud83d\\udc0e\\/\\t\" :\n{ \"data_offsets\" : [ 0 , 2 ] , \"shape\":[2,1],\r\n"
      "\"dtype\":\"BOOL\" },\t\"__metadata__\":{ \"k\":\"v\" } }   ";
  CHECK(complaint(folder, with_length(header, std::string("\1\0", 2))) == "");
  TensorFile file = load_tensors(folder / "file.safetensors");
  CHECK(equal_bits(file.tensors.at("a\xC3\xA9\xF0\x9F\x90\x8E/\t"), tensor({{1}, {0}}, DType::boolean)));
  CHECK(file.metadata.at("k") == "v");
}

TEST_CASE("safetensors: a malformed file is rejected with the byte and the reason") {
  TemporaryFolder folder;
  auto header = [&](const std::string& text, const std::string& data = "") { return complaint(folder, with_length(text, data)); };
  auto one = [&](const std::string& fields, const std::string& data = "") { return header("{\"a\":{" + fields + "}}", data); };
  const std::string eight(8, '\0');

  CHECK(complaint(folder, "") == "byte 0: 0 bytes are too few for a safetensors file");
  CHECK(complaint(folder, "1234567") == "byte 0: 7 bytes are too few for a safetensors file");
  CHECK(complaint(folder, with_length("{}").substr(0, 9)) ==
        "byte 0: a header of 2 bytes goes past the end of the file, which has 9");
  CHECK(complaint(folder, std::string(8, '\xFF') + "{}") ==
        "byte 0: a header of 18446744073709551615 bytes goes past the end of the file, which has 10");
  CHECK(header("") == "byte 8: the header does not start with {");
  CHECK(header(" {}") == "byte 8: the header does not start with {");
  CHECK(header("[]") == "byte 8: the header does not start with {");
  CHECK(header("{") == "byte 9: bad JSON: the header ends where \" is expected");
  CHECK(header("{} x") == "byte 11: something follows the header's }");
  CHECK(header("{}", "x") == "the tensors have 0 bytes of data, the file has 1");
  CHECK(header("{\"a\":1}") == "byte 13: bad JSON: expected {");
  CHECK(header("{\"a") == "byte 11: bad JSON: the header ends inside a string");
  CHECK(header("{\"a\n\":{}}") == "byte 11: bad JSON: a control character in a string");
  CHECK(header("{\"\\x\":{}}") == "byte 10: bad JSON: unknown escape");
  CHECK(header("{\"\\ud83d\":{}}") == "byte 10: bad JSON: half of a surrogate pair");
  CHECK(header("{\"\\udc0e\":{}}") == "byte 10: bad JSON: half of a surrogate pair");
  CHECK(header("{\"\\u12g4\":{}}") == "byte 10: bad JSON: expected four hexadecimal digits after \\u");
  for (const char* bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xF0\x9F\x90"})
    CHECK(header("{\"" + std::string(bad) + "\":{}}") == "byte 10: a string is not UTF-8");
  CHECK(header("{\"__metadata__\":{\"a\":1}}") == "byte 29: bad JSON: expected \"");
  CHECK(header("{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}") == "byte 33: metadata \"a\" occurs twice");
  CHECK(header("{\"__metadata__\":{},\"__metadata__\":{}}") == "byte 27: __metadata__ occurs twice");

  const std::string f32 = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";
  CHECK(one(f32, eight) == "");
  CHECK(one(f32 + ",", eight) == "byte 61: bad JSON: expected \"");
  CHECK(one(f32 + ",\"shape\":[2]", eight) == "byte 61: tensor \"a\": shape occurs twice");
  CHECK(one(f32 + ",\"more\":[2]", eight) == "byte 61: tensor \"a\": unknown field \"more\"");
  CHECK(header("{\"a\":{" + f32 + "},\"a\":{" + f32 + "}}", eight) == "byte 62: tensor \"a\" occurs twice");
  CHECK(one("\"dtype\":\"F32\",\"shape\":[2]") == "byte 40: tensor \"a\" has no data_offsets");
  CHECK(one("\"shape\":[2],\"data_offsets\":[0,8]", eight) == "byte 47: tensor \"a\" has no dtype");
  CHECK(one("\"dtype\":\"F16\"") == "byte 22: tensor \"a\": dtype \"F16\" is not one of F32, F64, I64, I32, U8, BOOL");
  for (const char* bad : {"-1", "1.5", "01", "1e3", "\"2\"", "[]", "null", "99999999999999999999999"})
    CHECK_FALSE(one("\"dtype\":\"F32\",\"data_offsets\":[0,8],\"shape\":[" + std::string(bad) + "]", eight).empty());
  CHECK(one("\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]", eight) ==
        "byte 53: tensor \"a\": more than 8 dimensions");
  CHECK(one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]", eight) ==
        "byte 60: tensor \"a\": more than two data_offsets");
  CHECK(one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]", eight) ==
        "byte 58: tensor \"a\": fewer than two data_offsets");
}

TEST_CASE("safetensors: data that does not fit is rejected") {
  TemporaryFolder folder;
  const std::string sixteen(16, '\0');
  auto at = [&](const std::string& shape, const std::string& offsets, const std::string& dtype = "F32") {
    return complaint(
        folder,
        with_length("{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", sixteen));
  };
  CHECK(at("[4]", "[0,16]") == "");
  CHECK(at("[4]", "[0,17]") == "byte 9: tensor \"a\": data_offsets 0, 17 are outside the file's 16 bytes of data");
  CHECK(at("[4]", "[16,0]") == "byte 9: tensor \"a\": data_offsets 16, 0 are outside the file's 16 bytes of data");
  CHECK(at("[4]", "[18446744073709551615,18446744073709551615]").find("are outside the file's 16 bytes") != std::string::npos);
  CHECK(at("[3]", "[0,16]") == "byte 9: tensor \"a\": shape [3] of f32 has 12 bytes, data_offsets have 16");
  CHECK(at("[3]", "[4,16]") == "byte 9: tensor \"a\": its data starts at 4, after a gap from 0");
  CHECK(at("[3]", "[0,12]") == "the tensors have 12 bytes of data, the file has 16");
  CHECK(at("[4294967296,4294967296]", "[0,16]") == "byte 9: tensor \"a\": its shape [4294967296, 4294967296] is too large");
  CHECK(at("[4294967296,0,4294967296]", "[0,0]") == "byte 9: tensor \"a\": its shape [4294967296, 0, 4294967296] is too large");
  CHECK(at("[16]", "[0,16]", "BOOL") == "");

  auto two = [&](const std::string& first, const std::string& second) {
    return complaint(folder, with_length("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":" + first +
                                             "},\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":" + second + "}}",
                                         sixteen));
  };
  CHECK(two("[0,8]", "[8,16]") == "");
  CHECK(two("[8,16]", "[0,8]") == "");
  CHECK(two("[0,8]", "[4,12]") == "byte 62: tensor \"b\": its data starts at 4, inside the tensor before, which ends at 8");
  CHECK(two("[0,8]", "[0,8]") == "byte 62: tensor \"b\": its data starts at 0, inside the tensor before, which ends at 8");

  std::string header = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}";
  CHECK(complaint(folder, with_length(header, std::string("\0\1\2", 3))) ==
        "byte " + std::to_string(8 + header.size() + 2) + ": tensor \"a\": a bool is neither 0 nor 1");
}

TEST_CASE("safetensors: thousands of damaged files are rejected or read, and never crash") {
  TemporaryFolder folder;
  std::string path = folder / "model";
  save_tensors(path, some_tensors(), {{"format", "weft"}});
  const std::string whole = read_file(path);
  Numbers random(7);
  const std::string kinds = "{}[]\",:0123456789\\u-e. \x80\xC3\0";
  int loaded = 0, rejected = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string bytes = whole;
    for (std::int64_t changes = 1 + random.below(3); changes > 0 && !bytes.empty(); --changes) {
      auto at = static_cast<std::size_t>(random.below(std::ssize(bytes)));
      auto other = static_cast<std::size_t>(random.below(std::ssize(bytes)));
      switch (random.below(6)) {
        case 0:
          bytes[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          bytes[at] = kinds[static_cast<std::size_t>(random.below(std::ssize(kinds)))];
          break;
        case 2:
          bytes.erase(at, 1 + other % 9);
          break;
        case 3:
          bytes.insert(at, bytes.substr(other, 1 + at % 40));
          break;
        case 4:
          bytes.resize(at + 1);
          break;
        default:
          bytes[at % 8] = static_cast<char>(random.below(256));
      }
    }
    write_old_file(path, bytes);
    try {
      for (const auto& [name, tensor] : load_tensors(path).tensors) is_finite(tensor);
      ++loaded;
    } catch (const FormatError&) {
      ++rejected;
    }
  }
  CHECK(loaded + rejected == 4000);
  CHECK(rejected > 2000);
}

TEST_CASE("safetensors: errors of saving and opening are reported") {
  TemporaryFolder folder;
  std::string path = folder / "model";
  CHECK_THROWS_WITH_AS(load_tensors(path), (path + ": cannot open: No such file or directory").c_str(), IoError);
  CHECK_THROWS_WITH_AS(load_tensors(folder / ""), doctest::Contains(": not a regular file"), IoError);
  CHECK_THROWS_WITH_AS(save_tensors(folder / "none/model", {}), doctest::Contains("none/model: cannot create: "), IoError);
  CHECK_THROWS_WITH_AS(save_tensors(path, {{"a", Tensor()}}), (path + ": tensor \"a\" is undefined").c_str(), ValueError);
  CHECK_THROWS_AS(save_tensors(path, {{"\xFF", tensor(1)}}), ValueError);
  CHECK_THROWS_AS(save_tensors(path, {{"__metadata__", tensor(1)}}), ValueError);
  CHECK_THROWS_AS(save_tensors(path, {}, {{"a", "\xFF"}}), ValueError);
  CHECK(folder.files() == 0);

  std::filesystem::create_directory(path);  // a path that cannot be replaced
  write_file(path + "/inside", "x");
  CHECK_THROWS_WITH_AS(save_tensors(path, {{"a", tensor(1)}}), doctest::Contains("is a folder"), IoError);
  CHECK(folder.files() == 1);
}
