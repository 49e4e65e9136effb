// The part of liblinear's C API that Washi uses, as a table of function pointers.
// https://www.csie.ntu.edu.tw/~cjlin/liblinear/

#ifndef CENGINES_LIBLINEAR_H
#define CENGINES_LIBLINEAR_H

#include "functions.h"

struct liblinear_node {
  int index;
  double value;
};

struct liblinear_problem {
  int rows;
  int features;
  double *labels;
  struct liblinear_node **nodes;
  double bias;
};

// Version 2.40 put a double between `p` and `init_sol` and a flag behind it. The bits of 0.0 are
// those of a null pointer, so this struct reads the same to older and newer versions.
struct liblinear_parameter {
  int solver;
  double tolerance;
  double cost;
  int weight_count;
  int *weight_labels;
  double *weights;
  double p;
  double zero;
  void *none;
  int regularizes_bias;
  int recalculates;
};

#define CENGINES_LIBLINEAR_FUNCTIONS(X)                                                            \
  X(void *, train, const struct liblinear_problem *, const struct liblinear_parameter *)           \
  X(const char *, check_parameter, const struct liblinear_problem *,                               \
    const struct liblinear_parameter *)                                                            \
  X(void, free_and_destroy_model, void **)                                                         \
  X(int, get_nr_feature, const void *)                                                             \
  X(void, get_labels, const void *, int *)                                                         \
  X(double, get_decfun_coef, const void *, int, int)                                               \
  X(double, get_decfun_bias, const void *, int)                                                    \
  X(void, set_print_string_function, void (*)(const char *))

struct LiblinearFunctions {
  CENGINES_LIBLINEAR_FUNCTIONS(CENGINES_MEMBER)
  int version;
};

// Looks every function up; gives the name of the first that is missing, or NULL.
#define CENGINES_PREFIX ""
static inline const char *liblinear_functions_load(struct LiblinearFunctions *functions,
                                                   void *library) {
  CENGINES_LIBLINEAR_FUNCTIONS(CENGINES_LOOKUP)
  int *version = (int *)dlsym(library, "liblinear_version");
  functions->version = version == NULL ? 0 : *version;
  return NULL;
}
#undef CENGINES_PREFIX

#endif
