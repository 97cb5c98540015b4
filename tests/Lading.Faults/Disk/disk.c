// Preloaded into a process, it stands between the process and its disk. Below LADING_DISK_DIR it
//  - records every change of a file or folder, every sync, and every line written to standard output, in the order in
//    which they were done, into the file LADING_DISK_LOG names (a sync is two records: begun and done);
//  - lets the Nth write, sync or cut fail when disk_fail() asks for it.
// A record: kind, length of the path, offset, length of the data (bytes 1, 2, 8, 4), path, data.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(result, name, ...)                                                                                        \
    static result (*real)(__VA_ARGS__);                                                                                \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

enum { WRITE = 1, SYNC = 2, CUT = 4, LOG_ONLY = 8 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int record_fd = -2;
static struct stat answers; // where standard output goes
static long seen;
static long wanted = -1;
static int fail_kinds, fail_error, fail_short, syncs_failed, writes_after;

static ssize_t raw_write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, data, size);
}

static void start(void) {
    if (record_fd != -2) return;
    pthread_mutex_lock(&gate);
    if (record_fd == -2) {
        REAL(int, "open", const char *, int, ...);
        folder = getenv("LADING_DISK_DIR");
        folder_length = folder ? strlen(folder) : 0;
        if (fstat(1, &answers)) memset(&answers, 0, sizeof answers);
        const char *log = getenv("LADING_DISK_LOG");
        record_fd = log ? real(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;
    }
    pthread_mutex_unlock(&gate);
}

static int is_ours(const char *path) {
    size_t length = strlen(path);
    if (!folder || strncmp(path, folder, folder_length)) return 0;
    if (path[folder_length] != '/' && path[folder_length] != 0) return 0;
    return length < 4 || strcmp(path + length - 4, "-shm"); // shared memory of SQLite: made anew after a crash
}

static int path_of(int fd, char *path) {
    start();
    if (!folder) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path) && !strstr(path, " (deleted)");
}

static int absolute(const char *given, char *path) {
    start();
    if (!folder) return 0;
    if (given[0] == '/') snprintf(path, PATH_MAX, "%s", given);
    else {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here)) return 0;
        snprintf(path, PATH_MAX * 2, "%s/%s", here, given[0] == '.' && given[1] == '/' ? given + 2 : given);
    }
    return is_ours(path);
}

static void record(char kind, const char *path, int64_t offset, const void *data, uint32_t size) {
    if (record_fd < 0) return;
    uint16_t length = (uint16_t)strlen(path);
    size_t total = 15 + length + size;
    char *bytes = malloc(total), *at = bytes;
    *at++ = kind;
    at = mempcpy(at, &length, 2);
    at = mempcpy(at, &offset, 8);
    at = mempcpy(at, &size, 4);
    at = mempcpy(at, path, length);
    if (size) memcpy(at, data, size);
    raw_write(record_fd, bytes, total); // one appending write: whole and in order, whoever else records
    free(bytes);
}

// The Nth operation of the kinds from now on fails with the error; with is_short a write does its first half instead.
// With LOG_ONLY those on other files than a log and its WAL do not count.
void disk_fail(int kinds, long nth, int error, int is_short) {
    pthread_mutex_lock(&gate);
    fail_kinds = kinds, fail_error = error, fail_short = is_short;
    seen = 0, syncs_failed = 0, writes_after = 0, wanted = nth;
    pthread_mutex_unlock(&gate);
}

long disk_seen(void) { return seen; }
int disk_syncs_failed(void) { return syncs_failed; }
int disk_writes_after_failed_sync(void) { return writes_after; }

static int fails(int kind, const char *path) {
    int result = 0;
    pthread_mutex_lock(&gate);
    const char *end = strrchr(path, '/');
    int is_log = end && !strncmp(end, "/log.db", 7); // the file and its WAL
    if (syncs_failed && kind == WRITE && is_log) writes_after++;
    int counts = (fail_kinds & kind) && (is_log || !(fail_kinds & LOG_ONLY));
    if (wanted >= 0 && counts && ++seen == wanted) {
        result = 1;
        if (kind == SYNC && end && !strcmp(end, "/log.db-wal")) syncs_failed++;
    }
    pthread_mutex_unlock(&gate);
    return result;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real(fd, data, size, offset);
    if (fails(WRITE, path)) {
        if (!fail_short) return errno = fail_error, -1;
        size = size / 2;
    }
    ssize_t done = real(fd, data, size, offset);
    if (done > 0) record('W', path, offset, data, (uint32_t)done);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

ssize_t write(int fd, const void *data, size_t size) {
    char path[PATH_MAX];
    struct stat now;
    start();
    if (record_fd >= 0 && !fstat(fd, &now) && now.st_ino == answers.st_ino && now.st_dev == answers.st_dev)
        record('A', "", 0, data, (uint32_t)size); // before it is told, never after
    if (!path_of(fd, path)) return raw_write(fd, data, size);
    if (fails(WRITE, path)) {
        if (!fail_short) return errno = fail_error, -1;
        size = size / 2;
    }
    ssize_t done = raw_write(fd, data, size);
    if (done > 0) {
        int appends = fcntl(fd, F_GETFL) & O_APPEND;
        off_t end = appends && !fstat(fd, &now) ? now.st_size : lseek(fd, 0, SEEK_CUR);
        record('W', path, end - done, data, (uint32_t)done);
    }
    return done;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) {
    REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off_t);
    char path[PATH_MAX];
    ssize_t done = real(fd, parts, count, offset);
    if (done > 0 && path_of(fd, path)) {
        ssize_t left = done;
        for (int i = 0; i < count && left > 0; i++) {
            size_t size = parts[i].iov_len < (size_t)left ? parts[i].iov_len : (size_t)left;
            record('W', path, offset, parts[i].iov_base, (uint32_t)size);
            offset += (off_t)size, left -= (ssize_t)size;
        }
    }
    return done;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return pwritev64(fd, parts, count, offset);
}

static int synced(int fd, int (*real)(int)) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real(fd);
    if (fails(SYNC, path)) return errno = fail_error, -1;
    record('F', path, 0, NULL, 0);
    int result = real(fd);
    if (result == 0) record('S', path, 0, NULL, 0);
    return result;
}

int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real);
}

int ftruncate64(int fd, off_t size) {
    REAL(int, "ftruncate64", int, off_t);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real(fd, size);
    if (fails(CUT, path)) return errno = fail_error, -1;
    int result = real(fd, size);
    if (result == 0) record('T', path, size, NULL, 0);
    return result;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int truncate64(const char *given, off_t size) {
    REAL(int, "truncate64", const char *, off_t);
    char path[PATH_MAX * 2];
    int result = real(given, size);
    if (result == 0 && absolute(given, path)) record('T', path, size, NULL, 0);
    return result;
}

int truncate(const char *given, off_t size) { return truncate64(given, size); }

static int opened(int at, const char *given, int flags, mode_t mode) {
    REAL(int, "openat64", int, const char *, int, ...);
    char path[PATH_MAX * 2];
    struct stat before;
    if (!(flags & (O_CREAT | O_TRUNC)) || (at != AT_FDCWD && given[0] != '/') || !absolute(given, path))
        return real(at, given, flags, mode);
    int was_there = stat(path, &before) == 0;
    int fd = real(at, given, flags, mode);
    if (fd >= 0 && !was_there) record('C', path, 0, NULL, 0);
    if (fd >= 0 && was_there && (flags & O_TRUNC)) record('T', path, 0, NULL, 0);
    return fd;
}

#define MODE(flags)                                                                                                    \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode = va_arg(list, mode_t);                                                                                   \
        va_end(list);                                                                                                  \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
    MODE(flags)
    return opened(at, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    MODE(flags)
    return opened(at, path, flags, mode);
}

int unlink(const char *given) {
    REAL(int, "unlink", const char *);
    char path[PATH_MAX * 2];
    int result = real(given);
    if (result == 0 && absolute(given, path)) record('U', path, 0, NULL, 0);
    return result;
}

int rmdir(const char *given) {
    REAL(int, "rmdir", const char *);
    char path[PATH_MAX * 2];
    int result = real(given);
    if (result == 0 && absolute(given, path)) record('U', path, 0, NULL, 0);
    return result;
}

int mkdir(const char *given, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    char path[PATH_MAX * 2];
    int result = real(given, mode);
    if (result == 0 && absolute(given, path)) record('D', path, 0, NULL, 0);
    return result;
}

static int moved(char kind, int result, const char *from, const char *to) {
    char source[PATH_MAX * 2], target[PATH_MAX * 2];
    if (result == 0 && absolute(from, source) && absolute(to, target))
        record(kind, source, 0, target, (uint32_t)strlen(target));
    return result;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return moved('R', real(from, to), from, to);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    return moved('L', real(from, to), from, to);
}
