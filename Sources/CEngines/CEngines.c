// The engines are opened at run time, the headers only describe them; collective.cpp is the one piece of code.
#include "adbc.h"
#include "arrow.h"
#include "collective.h"
#include "duckdb.h"
#include "liblinear.h"
#include "lightgbm.h"
#include "openblas.h"
