// A temporary file that the ranks of a machine share.
#pragma once

#include <weft/models/distributed/communicator.h>
#include <weft/models/io/unnamed_file.h>

#include <memory>
#include <string>

namespace weft {

// Names the machine, and the container in it, whose processes see each other; empty if unknown.
std::string this_machine();

// Returns the same empty file to all ranks of a machine. The first of them that can make one writes it, for the others it is not
// writable. All ranks must make the call. Ranks that cannot open files of each other, such as those in containers of their own,
// have one each. Returns null if a rank has none, because neither it nor another rank of its machine can make one.
std::unique_ptr<text::UnnamedFile> shared_file(Communicator* ranks, text::UnnamedFile::Place place,
                                               const std::string& machine = this_machine());

}  // namespace weft
