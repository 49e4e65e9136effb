// The part of ADBC 1.1.0 that Washi uses: drivers are shared libraries with one function that fills a
// table of others. Functions that are not called have no parameters here, only their place.
// https://arrow.apache.org/adbc/

#ifndef CENGINES_ADBC_H
#define CENGINES_ADBC_H

#include "arrow.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t AdbcStatusCode; // 0 is success

struct AdbcDriver;

struct AdbcError {
  char *message;
  int32_t vendor_code;
  char sqlstate[5];
  void (*release)(struct AdbcError *error);
  void *private_data;
  struct AdbcDriver *private_driver;
};

struct AdbcErrorDetail {
  const char *key;
  const uint8_t *value;
  size_t value_length;
};

struct AdbcDatabase {
  void *private_data;
  struct AdbcDriver *private_driver;
};

struct AdbcConnection {
  void *private_data;
  struct AdbcDriver *private_driver;
};

struct AdbcStatement {
  void *private_data;
  struct AdbcDriver *private_driver;
};

struct AdbcDriver {
  void *private_data;
  void *private_manager;
  AdbcStatusCode (*release)(struct AdbcDriver *driver, struct AdbcError *error);
  AdbcStatusCode (*DatabaseInit)(struct AdbcDatabase *, struct AdbcError *);
  AdbcStatusCode (*DatabaseNew)(struct AdbcDatabase *, struct AdbcError *);
  AdbcStatusCode (*DatabaseSetOption)(struct AdbcDatabase *, const char *, const char *, struct AdbcError *);
  AdbcStatusCode (*DatabaseRelease)(struct AdbcDatabase *, struct AdbcError *);
  void (*ConnectionCommit)(void);
  AdbcStatusCode (*ConnectionGetInfo)(struct AdbcConnection *, const uint32_t *, size_t, struct ArrowArrayStream *, struct AdbcError *);
  void (*ConnectionGetObjects)(void);
  void (*ConnectionGetTableSchema)(void);
  void (*ConnectionGetTableTypes)(void);
  AdbcStatusCode (*ConnectionInit)(struct AdbcConnection *, struct AdbcDatabase *, struct AdbcError *);
  AdbcStatusCode (*ConnectionNew)(struct AdbcConnection *, struct AdbcError *);
  AdbcStatusCode (*ConnectionSetOption)(struct AdbcConnection *, const char *, const char *, struct AdbcError *);
  void (*ConnectionReadPartition)(void);
  AdbcStatusCode (*ConnectionRelease)(struct AdbcConnection *, struct AdbcError *);
  void (*ConnectionRollback)(void);
  void (*StatementBind)(void);
  AdbcStatusCode (*StatementBindStream)(struct AdbcStatement *, struct ArrowArrayStream *, struct AdbcError *);
  AdbcStatusCode (*StatementExecuteQuery)(struct AdbcStatement *, struct ArrowArrayStream *, int64_t *, struct AdbcError *);
  void (*StatementExecutePartitions)(void);
  void (*StatementGetParameterSchema)(void);
  AdbcStatusCode (*StatementNew)(struct AdbcConnection *, struct AdbcStatement *, struct AdbcError *);
  AdbcStatusCode (*StatementPrepare)(struct AdbcStatement *, struct AdbcError *);
  AdbcStatusCode (*StatementRelease)(struct AdbcStatement *, struct AdbcError *);
  AdbcStatusCode (*StatementSetOption)(struct AdbcStatement *, const char *, const char *, struct AdbcError *);
  AdbcStatusCode (*StatementSetSqlQuery)(struct AdbcStatement *, const char *, struct AdbcError *);
  void (*StatementSetSubstraitPlan)(void);
  int (*ErrorGetDetailCount)(const struct AdbcError *error);
  struct AdbcErrorDetail (*ErrorGetDetail)(const struct AdbcError *error, int index);
  const struct AdbcError *(*ErrorFromArrayStream)(struct ArrowArrayStream *stream, AdbcStatusCode *status);
  void (*DatabaseGetOption)(void);
  void (*DatabaseGetOptionBytes)(void);
  void (*DatabaseGetOptionDouble)(void);
  void (*DatabaseGetOptionInt)(void);
  void (*DatabaseSetOptionBytes)(void);
  void (*DatabaseSetOptionDouble)(void);
  void (*DatabaseSetOptionInt)(void);
  AdbcStatusCode (*ConnectionCancel)(struct AdbcConnection *, struct AdbcError *);
  void (*ConnectionGetOption)(void);
  void (*ConnectionGetOptionBytes)(void);
  void (*ConnectionGetOptionDouble)(void);
  void (*ConnectionGetOptionInt)(void);
  void (*ConnectionGetStatistics)(void);
  void (*ConnectionGetStatisticNames)(void);
  void (*ConnectionSetOptionBytes)(void);
  void (*ConnectionSetOptionDouble)(void);
  void (*ConnectionSetOptionInt)(void);
  AdbcStatusCode (*StatementCancel)(struct AdbcStatement *, struct AdbcError *);
  void (*StatementExecuteSchema)(void);
  void (*StatementGetOption)(void);
  void (*StatementGetOptionBytes)(void);
  void (*StatementGetOptionDouble)(void);
  void (*StatementGetOptionInt)(void);
  void (*StatementSetOptionBytes)(void);
  void (*StatementSetOptionDouble)(void);
  void (*StatementSetOptionInt)(void);
};

#define CENGINES_ADBC_VERSION_1_0_0 1000000
#define CENGINES_ADBC_VERSION_1_1_0 1001000

typedef AdbcStatusCode (*AdbcDriverInitFunc)(int version, void *driver, struct AdbcError *error);

// The function by which a driver begins, or NULL.
static inline AdbcDriverInitFunc adbc_entrypoint(void *library, const char *name) {
  return (AdbcDriverInitFunc)dlsym(library, name);
}

#endif
