// Fills a table of function pointers from a library that was opened at run time.

#ifndef CENGINES_FUNCTIONS_H
#define CENGINES_FUNCTIONS_H

#include <dlfcn.h>
#include <stddef.h>

// Each engine lists its functions once as X(result, name, parameters). The list becomes the struct's
// members and the code that looks each of them up.
#define CENGINES_MEMBER(result, name, ...) result(*name)(__VA_ARGS__);
#define CENGINES_LOOKUP(result, name, ...)                                     \
  functions->name = (result(*)(__VA_ARGS__))dlsym(library, CENGINES_PREFIX #name); \
  if (functions->name == NULL) return CENGINES_PREFIX #name;

#endif
