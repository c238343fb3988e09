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
  // Fills the front of `buffer`, which is not empty; returns how many bytes, 0 at the end alone. Throws IoError when reading
  // fails, FormatError when gzip data is broken or cut off.
  virtual std::size_t read(std::span<char> buffer) = 0;
};

// "-" and "/dev/stdin" are standard input; what else there is has its path as name.
std::string name_of(const std::string& path);

// How long a named pipe may have no writer, so that a program does not hang for ever.
constexpr std::chrono::milliseconds kPipeWait = std::chrono::seconds(10);

// The content of a file, with gzip undone, which is known by its first bytes and not by its name. Throws IoError, also when no
// process opens a named pipe for writing within `pipe_wait`, while a writer that is there may take as long as it likes; and
// FormatError for archives, databases and other files that are no text, see foreign_file.h.
std::unique_ptr<ByteStream> open_bytes(const std::string& path, std::chrono::milliseconds pipe_wait = kPipeWait);

// A file whose content is read several times, and must not change meanwhile. What cannot be read twice, standard input or a pipe,
// goes to a temporary file as it is read for the first time, and no further than somebody has read. Readers may be in several
// threads.
class RepeatableFile {
 public:
  explicit RepeatableFile(std::string path);

  // From the start. Throws IoError; so does reading to the end of a file that was changed.
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
