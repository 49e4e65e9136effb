// The part of OpenBLAS that Washi uses, as a table of function pointers.

#ifndef CENGINES_OPENBLAS_H
#define CENGINES_OPENBLAS_H

#include "functions.h"

#define CENGINES_OPENBLAS_FUNCTIONS(X)                                                             \
  X(void, cblas_dgemm, int, int, int, int, int, int, double, const double *, int, const double *,  \
    int, double, double *, int)                                                                    \
  X(void, openblas_set_num_threads, int)                                                           \
  X(char *, openblas_get_config, void)

struct OpenBLASFunctions {
  CENGINES_OPENBLAS_FUNCTIONS(CENGINES_MEMBER)
};

// Looks every function up; gives the name of the first that is missing, or NULL.
#define CENGINES_PREFIX ""
static inline const char *openblas_functions_load(struct OpenBLASFunctions *functions,
                                                  void *library) {
  CENGINES_OPENBLAS_FUNCTIONS(CENGINES_LOOKUP)
  return NULL;
}
#undef CENGINES_PREFIX

#endif
