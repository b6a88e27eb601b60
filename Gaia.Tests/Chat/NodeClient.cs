using System.Diagnostics;
using System.Text.Json;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Chat;

/// <summary>Runs the scripts in <c>Clients</c>, each a program that uses a library for JavaScript, with nothing changed but its base URL and key.</summary>
internal static class NodeClient
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>In its source folder, beside the libraries.</summary>
    private static string Folder => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(new Projects.Gaia_Chat().ProjectPath)!)!, "Gaia.Tests", "Chat", "Clients");

    /// <exception cref="InvalidOperationException">The library raised an error, which is the message.</exception>
    public static async Task<JsonElement> RunAsync(GatewayServer gateway, string key, string script, string name, string model, string prompt)
    {
        var output = await ExecuteAsync(gateway, key, script, name, model, prompt);
        return output.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(output.ToString());
    }

    /// <returns>An object with <c>result</c>, or with the library's <c>error</c>.</returns>
    public static async Task<JsonElement> ExecuteAsync(GatewayServer gateway, string key, string script, string name, string model, string prompt)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, $"{script}.mjs"), new Uri(gateway.Address, "/v1").ToString(), key, name, model, prompt])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 0, await errors);
        return JsonElement.Parse(await output);
    }
}
