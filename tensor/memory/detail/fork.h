// What a fork() waits for, so that the child does not inherit state that another thread of the parent was changing.
#pragma once

namespace weft {

// After the first call, fork() waits until no thread is allocating or freeing memory, or recording a profile event. A component
// with a mutex that is held during either of these must call these functions before it registers its own fork handlers, because
// handlers registered last are locked first.
namespace memory {
void survive_forks();
}
namespace detail {
void profile_survives_forks();
}

}  // namespace weft
