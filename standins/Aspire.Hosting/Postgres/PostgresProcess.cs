using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Runs postgres, over TCP on loopback only, with a data folder that is initialised once.</summary>
internal static class PostgresProcess
{
    private const string Install = "Install PostgreSQL 13 or later (package postgresql).";

    public static async Task<ProcessSpec> PrepareAsync(ProcessContext context, CancellationToken cancellationToken)
    {
        var name = context.Resource.Name;
        var postgres = PostgresPrograms.Find("postgres", name, Install);
        var user = UnprivilegedUser.ForPostgres(name);
        var data = Path.Combine(context.DataFolder, "pgdata");

        if (!Directory.Exists(data))
        {
            await InitialiseAsync(context, data, user, cancellationToken);
        }

        string[] settings =
        [
            "-D", data,
            "-p", context.Port(PostgresServerResource.PrimaryEndpointName).ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=localhost",
            "-c", "unix_socket_directories=",
            "-c", context.IsThrowaway ? "fsync=off" : "fsync=on",
            .. context.Arguments,
        ];

        return new(postgres, settings)
        {
            WorkingDirectory = context.DataFolder,
            User = user,

            // SIGTERM would wait until the last client has gone.
            StopSignal = "INT",
        };
    }

    private static async Task InitialiseAsync(ProcessContext context, string data, UnprivilegedUser? user, CancellationToken cancellationToken)
    {
        var initdb = PostgresPrograms.Find("initdb", context.Resource.Name, Install);

        // Renamed when complete, so that an initialisation that was cut short is not taken for a database.
        var unfinished = data + ".unfinished";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        var passwordFile = Path.Combine(context.DataFolder, "password");
        await PrivateFile.WriteAsync(passwordFile, context.Environment["POSTGRES_PASSWORD"], cancellationToken);
        if (user is not null)
        {
            await user.TakeOverAsync(context.DataFolder, context.Resource.Name, cancellationToken);
        }

        try
        {
            await OneShot.RunAsync(
                context,
                new(initdb,
                [
                    "-D", unfinished,
                    "-U", context.Environment["POSTGRES_USER"],
                    $"--pwfile={passwordFile}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    OperatingSystem.IsMacOS() ? "--locale=en_US.UTF-8" : "--locale=C.UTF-8",
                    context.IsThrowaway ? "--no-sync" : "--data-checksums",
                ])
                { User = user, WorkingDirectory = context.DataFolder },
                cancellationToken);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, data);
    }
}
