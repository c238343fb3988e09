// The bytes of files as they are read: plain ones, gzip ones, standard input.
#pragma once

#include <weft/models/io/unnamed_file.h>
#include <weft/tensor/files/file_version.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace weft::text {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills the front of `buffer`, which must not be empty; returns the number of bytes, which is 0 only at the end. Throws IoError
  // if reading fails, FormatError if gzip data is damaged or truncated.
  virtual std::size_t read(std::span<char> buffer) = 0;
  // Whether go_to() can be called, which makes read() go on with the byte at this offset. Throws IoError.
  virtual bool can_go() const { return false; }
  virtual void go_to(std::uint64_t offset);
};

// Returns "standard input" for "-" and "/dev/stdin"; any other file is named by its path.
std::string name_of(const std::string& path);

// How long to wait for a writer of a named pipe, so that a program does not hang forever.
constexpr std::chrono::milliseconds kPipeWait = std::chrono::seconds(10);

// Opens the content of a file. Gzip data is recognized by its first bytes, not by the file's name, and decompressed. Throws
// IoError, also if no process opens a named pipe for writing within `pipe_wait`, whereas a connected writer may take as long as
// it likes; and FormatError for archives, databases and other files that are not text, see foreign_file.h.
std::unique_ptr<ByteStream> open_bytes(const std::string& path, std::chrono::milliseconds pipe_wait = kPipeWait);

// A file whose content is read several times, and must not change in the meantime. Content that cannot be read twice, from
// standard input or a pipe, is copied to a temporary file as it is first read, only as far as it has been read. Readers may be in
// several threads.
class RepeatableFile {
 public:
  explicit RepeatableFile(std::string path);

  // Starts at the beginning. Throws IoError; reading to the end of a file that was changed throws it too.
  std::unique_ptr<ByteStream> open() const;
  const std::string& name() const { return name_; }

 private:
  class Spool;
  class SpoolBytes;
  std::string path_, name_;
  mutable std::shared_ptr<Spool> spool_;
  mutable std::optional<FileVersion> version_;  // of the file that was read first
};

}  // namespace weft::text
