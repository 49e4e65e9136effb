// LightGBM has no other way to be told that a machine is gone than an exception: its functions for
// sums over machines give nothing back, and going on with half a sum would make it read what is not
// there. Swift has no such exceptions, so this much is C++.

#include "collective.h"

#include <stdexcept>

namespace {

thread_local CollectiveFunctions current = {};

void check(int status) {
  if (status != 0) throw std::runtime_error("the other machines are gone");
}

// LightGBM's own types of these functions; `reducer` is a reference there.
void reduce_scatter(char *input, int32_t, int type_size, const int32_t *starts,
                    const int32_t *lengths, int, char *output, int32_t,
                    const CollectiveReducer &reducer) {
  check(current.reduce_scatter == nullptr
            ? 1
            : current.reduce_scatter(current.context, input, type_size, starts, lengths, output,
                                     reducer));
}

void gather(char *input, int32_t, const int32_t *starts, const int32_t *lengths, int, char *output,
            int32_t) {
  check(current.gather == nullptr
            ? 1
            : current.gather(current.context, input, starts, lengths, output));
}

}  // namespace

void collective_enter(struct CollectiveFunctions functions) { current = functions; }

void collective_leave(void) { current = CollectiveFunctions(); }

void *collective_reduce_scatter_function(void) { return reinterpret_cast<void *>(&reduce_scatter); }

void *collective_gather_function(void) { return reinterpret_cast<void *>(&gather); }
