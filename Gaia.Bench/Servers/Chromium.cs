using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gaia.Bench.Servers;

/// <summary>A browser without a window, asked by its developer tools.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    /// <summary>Asking must not slow down what is measured.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo profile;
    private readonly Process process;
    private readonly HttpClient tools;

    private Chromium(DirectoryInfo profile, Process process, HttpClient tools) => (this.profile, this.process, this.tools) = (profile, process, tools);

    public static string? InstallHint => Programs.InstallHint(("chromium", "chromium"));

    public static async Task<Chromium> StartAsync(CancellationToken ct)
    {
        var profile = Directory.CreateTempSubdirectory("gaia-bench-");
        string[] options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank"];
        var process = Process.Start(new ProcessStartInfo(Programs.Find("chromium")!, options) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(StartDeadline);
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            if (Port().Match(line) is { Success: true } port)
            {
                // Whatever else it says must not fill the pipe.
                process.BeginOutputReadLine();
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new(profile, process, new() { BaseAddress = new($"http://127.0.0.1:{port.Groups[1].Value}") });
            }
        }

        throw new InvalidOperationException("Chromium ended.");
    }

    /// <summary>Opens a page in a new tab, waits for an expression to be something, and closes the tab.</summary>
    /// <returns>What the expression gave.</returns>
    public async Task<double> MeasureAsync(Uri page, string expression, CancellationToken ct)
    {
        using var opened = await tools.PutAsync($"/json/new?{Uri.EscapeDataString(page.ToString())}", content: null, ct);
        var tab = await opened.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(ct);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new(tab.GetProperty("webSocketDebuggerUrl").GetString()!), ct);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(StartDeadline);
        double? found;
        while ((found = await EvaluateAsync(socket, expression, deadline.Token)) is null)
        {
            await Task.Delay(Pause, deadline.Token);
        }

        using var closed = await tools.GetAsync($"/json/close/{tab.GetProperty("id").GetString()}", ct);
        return found.Value;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        tools.Dispose();
        profile.Delete(recursive: true);
    }

    /// <returns>Null unless it is a number.</returns>
    private static async Task<double?> EvaluateAsync(ClientWebSocket socket, string expression, CancellationToken ct)
    {
        var command = JsonSerializer.SerializeToUtf8Bytes(new { id = 1, method = "Runtime.evaluate", @params = new { expression, returnByValue = true } });
        await socket.SendAsync(command, WebSocketMessageType.Text, endOfMessage: true, ct);
        using var answer = new MemoryStream();
        var buffer = new byte[4_096];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, ct);
            answer.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        var result = JsonElement.Parse(Encoding.UTF8.GetString(answer.ToArray())).GetProperty("result").GetProperty("result");
        return result.TryGetProperty("value", out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;
    }

    [GeneratedRegex("DevTools listening on ws://127.0.0.1:([0-9]+)/")]
    private static partial Regex Port();
}
