// The target has no code: the engines are opened at run time, the headers only describe them.
#include "adbc.h"
#include "arrow.h"
#include "duckdb.h"
#include "liblinear.h"
#include "lightgbm.h"
#include "openblas.h"
