// How LightGBM's tree learners on several machines reach each other through Washi's own connections.

#ifndef CENGINES_COLLECTIVE_H
#define CENGINES_COLLECTIVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Adds `input` to `output`, both of `size` bytes that are numbers of `type_size` bytes.
typedef void (*CollectiveReducer)(const char *input, char *output, int type_size, int32_t size);

// What LightGBM asks of the machines together. Each function gives 0, or another number when a
// machine is gone.
struct CollectiveFunctions {
  // Handed to the functions.
  void *context;
  // Block r of `input` goes to machine r; `output` becomes the sum of the blocks for this machine.
  int (*reduce_scatter)(void *context, const char *input, int type_size, const int32_t *starts,
                        const int32_t *lengths, char *output, CollectiveReducer reducer);
  // `input` goes to all machines; block r of `output` becomes what machine r has given.
  int (*gather)(void *context, const char *input, const int32_t *starts, const int32_t *lengths,
                char *output);
};

// Lets LightGBM on this thread use the functions, and none of them any more.
void collective_enter(struct CollectiveFunctions functions);
void collective_leave(void);

// What LGBM_NetworkInitWithFunctions takes. A function that fails ends the call of LightGBM's by an
// exception, which LightGBM gives back as an error.
void *collective_reduce_scatter_function(void);
void *collective_gather_function(void);

#ifdef __cplusplus
}
#endif

#endif
