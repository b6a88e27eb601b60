using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Engine;

/// <summary>
/// Where a graph keeps what outlives a run: volumes and generated passwords, one folder per AppHost. Everything else is in a throw-away folder;
/// in a test, volumes and passwords are too.
/// </summary>
internal sealed class StateFolder
{
    private const int HashLength = 10;

    private readonly Lock gate = new();
    private readonly string root;
    private readonly bool keep;
    private Dictionary<string, string>? secrets;

    public StateFolder(string application, string hash, bool keep)
    {
        this.keep = keep;
        Throwaway = Path.Combine(Path.GetTempPath(), $"{application}-{RandomNumberGenerator.GetHexString(HashLength, lowercase: true)}");
        root = keep ? Path.Combine(StateHome(), $"{application}-{hash[..HashLength]}".ToLowerInvariant()) : Throwaway;
    }

    public string Root => root;

    public string Throwaway { get; }

    public bool Keeps => keep;

    public static StateFolder Of(IDistributedApplicationBuilder builder) =>
        builder.Services.Select(s => s.ServiceType == typeof(StateFolder) ? s.ImplementationInstance : null).OfType<StateFolder>().Single();

    /// <summary>A folder that is there; others may pass through it only when its content belongs to another user.</summary>
    public static string Ensure(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(path).FullName;
        }

        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (Environment.IsPrivilegedProcess)
        {
            mode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        }

        return Directory.CreateDirectory(path, mode).FullName;
    }

    public string Volume(string name) => Ensure(Path.Combine(Ensure(Path.Combine(Ensure(root), "volumes")), name));

    public string Scratch(string name) => Ensure(Path.Combine(Ensure(Throwaway), name));

    /// <summary>The value kept under this name, or a new one, kept from now on.</summary>
    public string Secret(string name, Func<string> make)
    {
        lock (gate)
        {
            var file = Path.Combine(Ensure(root), "secrets.json");
            secrets ??= File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))! : [];

            if (!secrets.TryGetValue(name, out var value))
            {
                secrets[name] = value = make();
                var update = file + ".new";
                PrivateFile.WriteAsync(update, JsonSerializer.Serialize(secrets)).GetAwaiter().GetResult();
                File.Move(update, file, overwrite: true);
            }

            return value;
        }
    }

    public void RemoveThrowaway()
    {
        if (Directory.Exists(Throwaway))
        {
            Directory.Delete(Throwaway, recursive: true);
        }
    }

    /// <summary>Root's own home is closed to the user that runs PostgreSQL, so root keeps state where the system does.</summary>
    private static string StateHome()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } chosen ? chosen
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support")
            : Environment.IsPrivilegedProcess ? "/var/lib"
            : Path.Combine(home, ".local", "state");
    }
}

/// <summary>A generated value that the next run finds again.</summary>
internal sealed class PersistedParameterDefault(string name, ApplicationModel.ParameterDefault inner, StateFolder state) : ApplicationModel.ParameterDefault
{
    public override string GetDefaultValue() => state.Secret(name, inner.GetDefaultValue);

    public override void WriteToManifest(Publishing.ManifestPublishingContext context) => inner.WriteToManifest(context);
}
