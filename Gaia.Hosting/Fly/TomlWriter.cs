using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gaia.Hosting;

/// <summary>Writes TOML (https://toml.io/en/v1.0.0).</summary>
internal sealed class TomlWriter
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder text = new();

    public TomlWriter Comment(string line)
    {
        text.Append(line.Length == 0 ? "#" : $"# {line}").Append('\n');
        return this;
    }

    /// <summary>Says how the file comes about.</summary>
    public TomlWriter WrittenBy(FlyDeployment deployment)
    {
        var regions = deployment.HomeRegion is null ? "" : " with --regions";
        return Comment($"Written by ./run.sh publish fly {deployment.Environment}{regions}: change Gaia.AppHost or Gaia.Hosting/Fly, and write it again.");
    }

    public TomlWriter Table(string name) => Header($"[{name}]");

    /// <summary>Begins another entry of an array of tables.</summary>
    public TomlWriter Entry(string name) => Header($"[[{name}]]");

    public TomlWriter Set(string key, string value) => Assign(key, Quoted(value));

    public TomlWriter Set(string key, bool value) => Assign(key, value ? "true" : "false");

    public TomlWriter Set(string key, int value) => Assign(key, value.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();

    // What JSON escapes in a string, TOML's basic strings escape in the same way.
    private static string Quoted(string value) => JsonSerializer.Serialize(value, Readable);

    private TomlWriter Header(string header)
    {
        text.Append('\n').Append(header).Append('\n');
        return this;
    }

    private TomlWriter Assign(string key, string value)
    {
        text.Append(key).Append(" = ").Append(value).Append('\n');
        return this;
    }
}
