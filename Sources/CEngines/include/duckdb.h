// The part of DuckDB's C API that Washi uses, as a table of function pointers: DuckDB's wheel has no
// header, and a missing library must be a message, not a failure of the loader.

#ifndef CENGINES_DUCKDB_H
#define CENGINES_DUCKDB_H

#include "arrow.h"
#include "functions.h"
#include <stdbool.h>
#include <stdint.h>

typedef uint64_t idx_t;
typedef int32_t duckdb_state; // 0 is success
typedef int32_t duckdb_type;
typedef int32_t duckdb_error_type;
typedef int32_t duckdb_statement_type;

// One struct per handle, so that Swift tells them apart.
typedef struct _duckdb_database { void *internal_ptr; } *duckdb_database;
typedef struct _duckdb_connection { void *internal_ptr; } *duckdb_connection;
typedef struct _duckdb_config { void *internal_ptr; } *duckdb_config;
typedef struct _duckdb_prepared_statement { void *internal_ptr; } *duckdb_prepared_statement;
typedef struct _duckdb_extracted_statements { void *internal_ptr; } *duckdb_extracted_statements;
typedef struct _duckdb_data_chunk { void *internal_ptr; } *duckdb_data_chunk;
typedef struct _duckdb_vector { void *internal_ptr; } *duckdb_vector;
typedef struct _duckdb_logical_type { void *internal_ptr; } *duckdb_logical_type;
typedef struct _duckdb_value { void *internal_ptr; } *duckdb_value;
typedef struct _duckdb_appender { void *internal_ptr; } *duckdb_appender;
typedef struct _duckdb_arrow_options { void *internal_ptr; } *duckdb_arrow_options;
typedef struct _duckdb_error_data { void *internal_ptr; } *duckdb_error_data;

typedef struct { int32_t days; } duckdb_date;
typedef struct { int64_t micros; } duckdb_timestamp;

typedef struct {
  idx_t deprecated_column_count;
  idx_t deprecated_row_count;
  idx_t deprecated_rows_changed;
  void *deprecated_columns;
  char *deprecated_error_message;
  void *internal_data;
} duckdb_result;

#define CENGINES_DUCKDB_FUNCTIONS(X)                                                               \
  X(const char *, library_version, void)                                                           \
  X(void, free, void *)                                                                            \
  X(duckdb_state, create_config, duckdb_config *)                                                  \
  X(duckdb_state, set_config, duckdb_config, const char *, const char *)                           \
  X(void, destroy_config, duckdb_config *)                                                         \
  X(duckdb_state, open_ext, const char *, duckdb_database *, duckdb_config, char **)               \
  X(void, close, duckdb_database *)                                                                \
  X(duckdb_state, connect, duckdb_database, duckdb_connection *)                                   \
  X(void, disconnect, duckdb_connection *)                                                         \
  X(void, interrupt, duckdb_connection)                                                            \
  X(idx_t, extract_statements, duckdb_connection, const char *, duckdb_extracted_statements *)     \
  X(const char *, extract_statements_error, duckdb_extracted_statements)                           \
  X(void, destroy_extracted, duckdb_extracted_statements *)                                        \
  X(duckdb_state, prepare_extracted_statement, duckdb_connection, duckdb_extracted_statements,     \
    idx_t, duckdb_prepared_statement *)                                                            \
  X(duckdb_state, prepare, duckdb_connection, const char *, duckdb_prepared_statement *)           \
  X(const char *, prepare_error, duckdb_prepared_statement)                                        \
  X(void, destroy_prepare, duckdb_prepared_statement *)                                            \
  X(duckdb_statement_type, prepared_statement_type, duckdb_prepared_statement)                     \
  X(idx_t, nparams, duckdb_prepared_statement)                                                     \
  X(const char *, parameter_name, duckdb_prepared_statement, idx_t)                                \
  X(duckdb_state, bind_value, duckdb_prepared_statement, idx_t, duckdb_value)                      \
  X(duckdb_state, bind_null, duckdb_prepared_statement, idx_t)                                     \
  X(duckdb_state, execute_prepared, duckdb_prepared_statement, duckdb_result *)                    \
  X(duckdb_state, execute_prepared_streaming, duckdb_prepared_statement, duckdb_result *)          \
  X(void, destroy_result, duckdb_result *)                                                         \
  X(const char *, result_error, duckdb_result *)                                                   \
  X(duckdb_error_type, result_error_type, duckdb_result *)                                         \
  X(idx_t, rows_changed, duckdb_result *)                                                          \
  X(idx_t, column_count, duckdb_result *)                                                          \
  X(const char *, column_name, duckdb_result *, idx_t)                                             \
  X(duckdb_logical_type, column_logical_type, duckdb_result *, idx_t)                              \
  X(duckdb_data_chunk, fetch_chunk, duckdb_result)                                                 \
  X(duckdb_data_chunk, create_data_chunk, duckdb_logical_type *, idx_t)                            \
  X(void, destroy_data_chunk, duckdb_data_chunk *)                                                 \
  X(void, data_chunk_reset, duckdb_data_chunk)                                                     \
  X(idx_t, data_chunk_get_size, duckdb_data_chunk)                                                 \
  X(void, data_chunk_set_size, duckdb_data_chunk, idx_t)                                           \
  X(duckdb_vector, data_chunk_get_vector, duckdb_data_chunk, idx_t)                                \
  X(idx_t, vector_size, void)                                                                      \
  X(void *, vector_get_data, duckdb_vector)                                                        \
  X(uint64_t *, vector_get_validity, duckdb_vector)                                                \
  X(void, vector_ensure_validity_writable, duckdb_vector)                                          \
  X(void, vector_assign_string_element_len, duckdb_vector, idx_t, const char *, idx_t)             \
  X(duckdb_logical_type, create_logical_type, duckdb_type)                                         \
  X(void, destroy_logical_type, duckdb_logical_type *)                                             \
  X(duckdb_type, get_type_id, duckdb_logical_type)                                                 \
  X(uint8_t, decimal_scale, duckdb_logical_type)                                                   \
  X(duckdb_type, decimal_internal_type, duckdb_logical_type)                                       \
  X(duckdb_type, enum_internal_type, duckdb_logical_type)                                          \
  X(uint32_t, enum_dictionary_size, duckdb_logical_type)                                           \
  X(char *, enum_dictionary_value, duckdb_logical_type, idx_t)                                     \
  X(duckdb_value, create_bool, bool)                                                               \
  X(duckdb_value, create_int64, int64_t)                                                           \
  X(duckdb_value, create_double, double)                                                           \
  X(duckdb_value, create_varchar_length, const char *, idx_t)                                      \
  X(duckdb_value, create_date, duckdb_date)                                                        \
  X(duckdb_value, create_timestamp, duckdb_timestamp)                                              \
  X(duckdb_value, create_list_value, duckdb_logical_type, duckdb_value *, idx_t)                   \
  X(duckdb_value, create_null_value, void)                                                         \
  X(void, destroy_value, duckdb_value *)                                                           \
  X(duckdb_logical_type, create_list_type, duckdb_logical_type)                                    \
  X(duckdb_state, appender_create, duckdb_connection, const char *, const char *,                  \
    duckdb_appender *)                                                                             \
  X(duckdb_state, append_data_chunk, duckdb_appender, duckdb_data_chunk)                           \
  X(duckdb_state, appender_flush, duckdb_appender)                                                 \
  X(duckdb_state, appender_destroy, duckdb_appender *)                                             \
  X(duckdb_error_data, appender_error_data, duckdb_appender)                                       \
  X(duckdb_arrow_options, result_get_arrow_options, duckdb_result *)                               \
  X(void, destroy_arrow_options, duckdb_arrow_options *)                                           \
  X(duckdb_error_data, to_arrow_schema, duckdb_arrow_options, duckdb_logical_type *,               \
    const char **, idx_t, struct ArrowSchema *)                                                    \
  X(duckdb_error_data, data_chunk_to_arrow, duckdb_arrow_options, duckdb_data_chunk,               \
    struct ArrowArray *)                                                                           \
  X(duckdb_state, arrow_scan, duckdb_connection, const char *, struct ArrowArrayStream *)           \
  X(bool, error_data_has_error, duckdb_error_data)                                                 \
  X(const char *, error_data_message, duckdb_error_data)                                           \
  X(duckdb_error_type, error_data_error_type, duckdb_error_data)                                   \
  X(void, destroy_error_data, duckdb_error_data *)

struct DuckDBFunctions {
  CENGINES_DUCKDB_FUNCTIONS(CENGINES_MEMBER)
};

// Looks every function up; gives the name of the first that is missing, or NULL.
#define CENGINES_PREFIX "duckdb_"
static inline const char *duckdb_functions_load(struct DuckDBFunctions *functions, void *library) {
  CENGINES_DUCKDB_FUNCTIONS(CENGINES_LOOKUP)
  return NULL;
}
#undef CENGINES_PREFIX

#endif
