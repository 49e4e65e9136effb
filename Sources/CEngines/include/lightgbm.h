// The part of LightGBM's C API that Washi uses, as a table of function pointers.

#ifndef CENGINES_LIGHTGBM_H
#define CENGINES_LIGHTGBM_H

#include "arrow.h"
#include "functions.h"
#include <stdint.h>

#define CENGINES_LIGHTGBM_FUNCTIONS(X)                                                             \
  X(const char *, GetLastError, void)                                                              \
  X(int, RegisterLogCallback, void (*)(const char *))                                              \
  X(int, DumpParamAliases, int64_t, int64_t *, char *)                                             \
  X(int, DatasetCreateFromArrowStream, struct ArrowArrayStream *, const char *, const void *,      \
    void **)                                                                                       \
  X(int, DatasetCreateFromMat, const void *, int, int32_t, int32_t, int, const char *,             \
    const void *, void **)                                                                         \
  X(int, DatasetGetSubset, const void *, const int32_t *, int32_t, const char *, void **)          \
  X(int, DatasetSetField, void *, const char *, const void *, int, int)                            \
  X(int, DatasetGetField, void *, const char *, int *, const void **, int *)                       \
  X(int, DatasetSetFeatureNames, void *, const char **, int)                                       \
  X(int, DatasetGetNumData, void *, int32_t *)                                                     \
  X(int, DatasetGetNumFeature, void *, int32_t *)                                                  \
  X(int, DatasetFree, void *)                                                                      \
  X(int, DatasetSerializeReferenceToBinary, void *, void **, int32_t *)                            \
  X(int, DatasetCreateFromSerializedReference, const void *, int32_t, int64_t, int32_t,            \
    const char *, void **)                                                                         \
  X(int, ByteBufferGetAt, void *, int32_t, uint8_t *)                                              \
  X(int, ByteBufferFree, void *)                                                                   \
  X(int, BoosterCreate, const void *, const char *, void **)                                       \
  X(int, BoosterLoadModelFromString, const char *, int *, void **)                                 \
  X(int, BoosterFree, void *)                                                                      \
  X(int, BoosterAddValidData, void *, const void *)                                                \
  X(int, BoosterResetParameter, void *, const char *)                                              \
  X(int, SetMaxThreads, int)                                                                       \
  X(int, BoosterUpdateOneIter, void *, int *)                                                      \
  X(int, BoosterRollbackOneIter, void *)                                                           \
  X(int, BoosterGetCurrentIteration, void *, int *)                                                \
  X(int, BoosterNumModelPerIteration, void *, int *)                                               \
  X(int, BoosterGetNumClasses, void *, int *)                                                      \
  X(int, BoosterGetNumFeature, void *, int *)                                                      \
  X(int, BoosterGetEvalCounts, void *, int *)                                                      \
  X(int, BoosterGetEvalNames, void *, int, int *, size_t, size_t *, char **)                       \
  X(int, BoosterGetEval, void *, int, int *, double *)                                             \
  X(int, BoosterGetNumPredict, void *, int, int64_t *)                                             \
  X(int, BoosterGetPredict, void *, int, int64_t *, double *)                                      \
  X(int, BoosterGetFeatureNames, void *, int, int *, size_t, size_t *, char **)                    \
  X(int, BoosterFeatureImportance, void *, int, int, double *)                                     \
  X(int, BoosterSaveModelToString, void *, int, int, int, int64_t, int64_t *, char *)              \
  X(int, BoosterCalcNumPredict, void *, int, int, int, int, int64_t *)                             \
  X(int, BoosterPredictForMat, void *, const void *, int, int32_t, int32_t, int, int, int, int,    \
    const char *, int64_t *, double *)                                                             \
  X(int, BoosterPredictForMatSingleRowFastInit, void *, int, int, int, int, int32_t, const char *,  \
    void **)                                                                                       \
  X(int, BoosterPredictForMatSingleRowFast, void *, const void *, int64_t *, double *)             \
  X(int, FastConfigFree, void *)                                                                   \
  X(int, NetworkInitWithFunctions, int, int, void *, void *)                                       \
  X(int, NetworkFree, void)                                                                        \
  X(int, BoosterPredictForArrowStream, void *, struct ArrowArrayStream *, int, int, int,           \
    const char *, int64_t *, double *)

struct LightGBMFunctions {
  CENGINES_LIGHTGBM_FUNCTIONS(CENGINES_MEMBER)
};

// Looks every function up; gives the name of the first that is missing, or NULL.
#define CENGINES_PREFIX "LGBM_"
static inline const char *lightgbm_functions_load(struct LightGBMFunctions *functions,
                                                  void *library) {
  CENGINES_LIGHTGBM_FUNCTIONS(CENGINES_LOOKUP)
  return NULL;
}
#undef CENGINES_PREFIX

// What says how deep OpenMP's parallel regions may lie within each other, for the calling thread:
// found through LightGBM, which brings OpenMP along, or NULL. At a depth of 0 there are none.
typedef void (*OpenMPDepth)(int);
static inline OpenMPDepth openmp_depth_load(void *library) {
  return (OpenMPDepth)dlsym(library, "omp_set_max_active_levels");
}

#endif
