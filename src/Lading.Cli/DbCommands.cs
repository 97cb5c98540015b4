using System.CommandLine;
using System.Security.Cryptography;
using Lading.Log.Postgres;

namespace Lading.Cli;

/// <summary><c>lading db</c>: the database, its roles and its schema, made and brought up to date by its owner before
/// anything serves.</summary>
internal static class DbCommands
{
    private static readonly Option<string> Admin = new("--postgres")
    {
        Description = "A connection that may create databases and roles.",
        HelpName = "CONNECTION",
        Required = true,
    };

    public static Command Build() =>
        new Verb(
            "db",
            "PostgreSQL: create the database, or bring its schema up to date.",
            "lading db init --postgres \"Host=db;Username=postgres\""
        ).With(Init(), Migrate());

    private static Verb Init()
    {
        var name = new Option<string>("--database")
        {
            Description = "Its name.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "lading",
        };
        var password = new Option<string?>("--app-password")
        {
            Description = "The app role's password; otherwise a new random one.",
            HelpName = "TEXT",
        };
        return new Verb(
            "init",
            "Create database, roles and schema, or repair what is missing. The app's connection stands alone on the "
                + "last line.",
            "lading db init --postgres \"Host=db;Username=postgres;Password=…\" --database lading"
        )
            .With(Admin, name, password, Shared.Json)
            .Does(
                async (parsed, _) =>
                {
                    var secret =
                        parsed.GetValue(password) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
                    var app = await PostgresDatabase.Init(parsed.GetValue(Admin)!, parsed.GetValue(name)!, secret);
                    Out.Write(
                        parsed,
                        "Database, roles and schema are there. Serve with: lading up --postgres and this connection:\n"
                            + app,
                        ("done", "initialized"),
                        ("app", app)
                    );
                    return ExitCode.Done;
                }
            );
    }

    private static Verb Migrate() =>
        new Verb(
            "migrate",
            "Bring the schema up to date; may be run again.",
            "lading db migrate --postgres \"Host=db;Database=lading;Username=postgres\""
        )
            .With(Admin, Shared.Json)
            .Does(
                async (parsed, _) =>
                {
                    await PostgresDatabase.Migrate(parsed.GetValue(Admin)!);
                    Out.Write(parsed, "The schema is up to date.", ("done", "migrated"));
                    return ExitCode.Done;
                }
            );
}
