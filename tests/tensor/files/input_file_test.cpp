// Changes of a file during or after loading neither end the program nor change loaded tensors.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/files/detail/input_file.h>
#include <weft/tensor/files/npy.h>
#include <weft/tensor/files/safetensors.h>

#include <atomic>
#include <functional>
#include <thread>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using test::read_file, test::TemporaryFolder, test::write_file;

namespace {

using Tensors = std::map<std::string, Tensor>;

struct Format {
  const char* name;
  std::function<void(const std::string& path, double value)> save;
  std::function<Tensors(const std::string& path)> load;
};

// Returns 1 MiB of equal values.
Tensor filled(double value) { return full({std::int64_t{1} << 18}, value); }

const std::vector<Format> kFormats{{"safetensors",
                                    [](const std::string& path, double value) {
                                      save_tensors(path, {{"a", filled(value)}});
                                    },
                                    [](const std::string& path) { return load_tensors(path).tensors; }},
                                   {"npy", [](const std::string& path, double value) { save_npy(path, filled(value)); },
                                    [](const std::string& path) {
                                      return Tensors{{"a", load_npy(path)}};
                                    }},
                                   {"npz",
                                    [](const std::string& path, double value) {
                                      save_npz(path, {{"a", filled(value)}});
                                    },
                                    [](const std::string& path) { return load_npz(path); }}};

// Overwrites the content of the existing file, as `cp` does.
void overwrite(const std::string& path, const std::string& content) {
  const int file = open(path.c_str(), O_WRONLY | O_TRUNC);
  REQUIRE(file >= 0);
  CHECK(write(file, content.data(), content.size()) == std::ssize(content));
  close(file);
}

}  // namespace

TEST_CASE("loaded tensors do not change when the file is overwritten, shortened or removed") {
  for (const Format& format : kFormats) {
    CAPTURE(format.name);
    TemporaryFolder folder;
    const std::string path = folder / "file";
    format.save(folder / "other", 2);
    for (const auto& change : std::vector<std::function<void()>>{
             [&] { overwrite(path, read_file(folder / "other")); }, [&] { CHECK(truncate(path.c_str(), 100) == 0); },
             [&] { overwrite(path, ""); }, [&] { CHECK(unlink(path.c_str()) == 0); }}) {
      format.save(path, 1);
      const Tensor loaded = format.load(path).at("a");
      change();
      CHECK(equal_bits(loaded, filled(1)));
    }
  }
}

TEST_CASE("a file that constantly changes is loaded completely or refused") {
  for (const Format& format : kFormats) {
    CAPTURE(format.name);
    TemporaryFolder folder;
    const std::string path = folder / "file";
    format.save(path, 1);
    const std::string whole = read_file(path);
    std::atomic<bool> stop = false;
    std::thread writer([&] {
      for (std::size_t i = 0; !stop; ++i) {
        if (i % 3 == 0) truncate(path.c_str(), static_cast<off_t>(whole.size() / 2));
        if (i % 3 == 1) overwrite(path, whole);
        if (i % 3 == 2) {
          write_file(path + ".new", whole);
          rename((path + ".new").c_str(), path.c_str());
        }
      }
    });
    int loaded = 0, refused = 0;
    for (int i = 0; i < 300; ++i) try {
        loaded += equal_bits(format.load(path).at("a"), filled(1));
      } catch (const Error& error) {
        REQUIRE(std::string(error.what()).starts_with(path));
        ++refused;
      }
    stop = true;
    writer.join();
    CHECK(loaded + refused == 300);
  }
}

TEST_CASE("input file: a change while it is read is detected") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  auto refuses = [&](const std::function<void()>& change, const std::string& message) {
    write_file(path, "0123456789");
    const timespec old[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), old, 0) == 0);
    const InputFile file(path);
    CHECK(file.text(2, 3) == "234");
    file.check_unchanged();
    change();
    CHECK_THROWS_WITH_AS(
        [&] {
          file.text(5, 5);
          file.check_unchanged();
        }(),
        (path + message).c_str(), IoError);
  };
  refuses([&] { CHECK(truncate(path.c_str(), 6) == 0); }, ": became shorter while it was read: it had 10 bytes and ends at 6");
  refuses([&] { overwrite(path, "9876543210"); }, ": was changed while it was read");
  refuses([&] { overwrite(path, "01234567890"); }, ": was changed while it was read");
}

TEST_CASE("input file: a change immediately after another one is detected") {
  TemporaryFolder folder;
  const std::string path = folder / "file";
  for (int i = 0; i < 20; ++i) {
    write_file(path, "0123456789");
    const InputFile file(path);
    overwrite(path, "9876543210");
    CHECK_THROWS_WITH_AS(file.check_unchanged(), (path + ": was changed while it was read").c_str(), IoError);
  }
}

TEST_CASE("input file: other than regular files are refused without waiting") {
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {pipe, folder / "", std::string("/dev/zero")})
    for (const Format& format : kFormats)
      CHECK_THROWS_WITH_AS(format.load(path), (path + ": not a regular file").c_str(), IoError);
}
