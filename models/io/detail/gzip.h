// Reading gzip data (RFC 1952) through zlib.
#pragma once

#include <weft/models/io/byte_stream.h>

#include <string>

namespace weft::text {

bool begins_as_gzip(std::span<const char> bytes);

// Returns a stream of the decompressed data of one or several consecutive gzip members, which zeros may follow. Its read() throws
// FormatError, which begins with `name`, if the data is broken, truncated, or followed by anything else.
std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> compressed, std::string name);

}  // namespace weft::text
