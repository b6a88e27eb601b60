using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Gaia.Tests.AppHost;

/// <summary>A graph that cannot start ends at once, with one line: which resource, why, what to do.</summary>
public sealed class StartFailureTests
{
    /// <summary>Of its launch profile, for those who run the service without an AppHost.</summary>
    private const int PortOfAuthAlone = 5101;

    [Fact]
    public async Task A_taken_port_ends_the_start_with_one_line_and_only_the_gateway_has_one_that_can_be_taken()
    {
        using var state = new TemporaryFolder();
        using var service = Take(PortOfAuthAlone);
        using var other = Take(0);
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await using var apphost = AppHostProcess.Start(state, [], ("GATEWAY_PORT", port));

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches($@"^gateway: port {port} is taken\. Stop .+ set GATEWAY_PORT to another port\.$", Assert.Single(apphost.Errors));
    }

    [Fact]
    public async Task A_missing_program_ends_the_start_with_one_line()
    {
        using var state = new TemporaryFolder();
        using var path = new TemporaryFolder();

        await using var apphost = AppHostProcess.Start(state, [], ("PATH", path.Path));

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches(@"^redis: redis-server is not installed\. Install .+$", Assert.Single(apphost.Errors));
    }

    [Fact]
    public async Task A_folder_that_nothing_can_be_written_to_ends_the_start_with_one_line()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await using var apphost = AppHostProcess.Start(folder, [], ("XDG_STATE_HOME", file));

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches($@"^apphost: .+{file}.+\. .+make the folder writable\.$", Assert.Single(apphost.Errors));
    }

    /// <summary>Of the kinds that can be made for one process alone: a disk with room for Redis and NATS but not for Postgres, one without room for its many files, one that is only read.</summary>
    [Theory]
    [InlineData("size=8m", @"^postgres: .+No space left on device\. Free some disk space\.$")]
    [InlineData("nr_inodes=30", @"^postgres: .+No space left on device\. Free some disk space\.$")]
    [InlineData("ro", @"^apphost: Read-only file system.+\. Free some disk space, or make the folder writable\.$")]
    public async Task A_full_or_read_only_disk_ends_the_start_with_one_line(string mount, string line)
    {
        using var state = new TemporaryFolder();

        await using var apphost = AppHostProcess.StartOnDisk(state, mount, []);

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches(line, Assert.Single(apphost.Errors));
    }

    [Fact]
    public async Task A_second_run_on_the_same_data_ends_with_one_line()
    {
        using var state = new TemporaryFolder();
        await using var first = new FileStream(Path.Combine(await StateFolderAsync(state), "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        await using var second = AppHostProcess.Start(state, []);

        Assert.NotEqual(0, await second.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches(@"^apphost: another run of this AppHost uses .+\. Stop it first, .+$", Assert.Single(second.Errors));
    }

    [Theory]
    [InlineData("GATEWAY_PORT", "66000", "^GATEWAY_PORT is \"66000\": expected a port from 1 to 65535\\.$")]
    [InlineData("GAIA_REGIONS", "home", "^GAIA_REGIONS is \"home\": expected home and other regions, such as home,fra\\.$")]
    [InlineData("GAIA_REPLICAS", "none", "^GAIA_REPLICAS is \"none\": expected a number from 1 to 10\\.$")]
    [InlineData("GAIA_LINK_FAULTS", "yes", "^GAIA_LINK_FAULTS is \"yes\": expected on or off\\.$")]
    [InlineData("AUTH_CACHE_TTL", "soon", "^\\w+: ended 3 times before it was ready, .+: AUTH_CACHE_TTL is \"soon\": expected .+$")]
    public async Task A_wrong_setting_ends_the_start_with_one_line(string name, string value, string line)
    {
        using var state = new TemporaryFolder();

        await using var apphost = AppHostProcess.Start(state, [], (name, value));

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        var error = Assert.Single(apphost.Errors);
        Assert.True(Regex.IsMatch(error, line), error);
    }

    private static TcpListener Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            // Somebody else has taken it already.
        }

        return listener;
    }

    /// <summary>Where the AppHost will keep its data: there after a start that ended for another reason.</summary>
    private static async Task<string> StateFolderAsync(TemporaryFolder state)
    {
        using var path = new TemporaryFolder();
        await using var apphost = AppHostProcess.Start(state, [], ("PATH", path.Path));
        await apphost.ExitAsync(TestContext.Current.CancellationToken);
        return Assert.Single(Directory.GetDirectories(state.Path));
    }
}
