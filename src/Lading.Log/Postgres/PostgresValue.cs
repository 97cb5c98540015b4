using Npgsql;
using NpgsqlTypes;

namespace Lading.Log.Postgres;

/// <summary>
/// Positional parameters with their types, so that no value is boxed and no statement depends on its first values.
/// </summary>
internal static class PostgresValue
{
    public static NpgsqlParameter Of(long value) =>
        new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Of(int value) =>
        new NpgsqlParameter<int> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Integer };

    public static NpgsqlParameter Of(bool value) =>
        new NpgsqlParameter<bool> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Boolean };

    public static NpgsqlParameter Of(Guid value) =>
        new NpgsqlParameter<Guid> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid };

    public static NpgsqlParameter Of(string? value) =>
        value is null
            ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
            : new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Of(byte[] value) =>
        new NpgsqlParameter<byte[]> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter Of(Cell value) =>
        value.IsNumber ? Of(value.Number)
        : value.Reference is byte[] bytes ? Of(bytes)
        : value.Reference is string text ? Of(text)
        : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Unknown };

    public static NpgsqlParameter Of(long[] values) => Array(values, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(Guid[] values) => Array(values, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(string?[] values) => Array(values, NpgsqlDbType.Text);

    public static NpgsqlParameter Of(byte[]?[] values) => Array(values, NpgsqlDbType.Bytea);

    private static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType element) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };
}
