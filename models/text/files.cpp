#include <weft/models/text/files.h>
#include <weft/tensor/error.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>
#include <utility>

namespace weft::text {

namespace {

OnBadBytes append_to(BadBytesReport* report) {
  if (!report) return {};
  return [report](const BadBytes& bad) { report->push_back(bad); };
}

// A stream of the standard library.
class StreamBytes final : public ByteStream {
 public:
  StreamBytes(std::istream& stream, const std::string& name) : stream_(stream), name_(name) {}
  std::size_t read(std::span<char> buffer) override {
    errno = 0;
    try {
      stream_.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    } catch (const std::ios_base::failure&) {
      stream_.setstate(std::ios_base::badbit);
    }
    // Standard input reports no errors of its own.
    const bool failed = stream_.bad() || (&stream_ == &std::cin && std::ferror(stdin));
    require<IoError>(!failed, "cannot read ", name_, ": ", std::generic_category().message(errno));
    return static_cast<std::size_t>(stream_.gcount());
  }

 private:
  std::istream& stream_;
  const std::string& name_;
};

std::vector<std::string> read_lines(LineReader reader) {
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) lines.emplace_back(line);
  return lines;
}

}  // namespace

std::vector<std::string> read_lines(std::istream& stream, const std::string& name, BadBytesReport* report) {
  return read_lines(LineReader(std::make_unique<StreamBytes>(stream, name), name, append_to(report)));
}

std::vector<std::string> read_lines(const std::string& path, BadBytesReport* report) {
  return read_lines(LineReader(open_bytes(path), name_of(path), append_to(report)));
}

std::vector<LabelledText> read_labelled(const std::string& path, BadBytesReport* report) {
  return read_all(*labelled_file(path, {.on_bad_bytes = append_to(report)}));
}

std::vector<TextPair> read_pairs(const std::string& path, BadBytesReport* report) {
  return read_all(*pair_file(path, {.on_bad_bytes = append_to(report)}));
}

std::vector<TextPair> read_parallel(const std::string& source_path, const std::string& target_path, BadBytesReport* report) {
  return read_all(*parallel_files(source_path, target_path, append_to(report)));
}

}  // namespace weft::text
