using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// One run of an AppHost's entry point, on a thread of its own. It is held where it builds the graph until the test has made its changes;
/// after that it goes on by itself and starts the graph.
/// </summary>
internal sealed class EntryPointRun : IAsyncDisposable
{
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource<DistributedApplicationBuilder> builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim mayBuild = new();
    private bool disposed;

    public EntryPointRun(Assembly assembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException($"Assembly {assembly.GetName().Name} does not have an entry point.");
        var observer = new BuilderObserver
        {
            Creating = (options, settings) => TestingSettings.Apply(options, settings, args, assembly, configure),
            Building = built =>
            {
                builder.TrySetResult(built);
                mayBuild.Wait();
                if (disposed)
                {
                    throw new OperationCanceledException("The test is over before it built the graph.");
                }
            },
            Built = app => application.TrySetResult(app),
        };

        new Thread(() => Run(entryPoint, args, observer)) { IsBackground = true, Name = $"{assembly.GetName().Name} entry point" }.Start();
    }

    public Task<DistributedApplicationBuilder> BuilderAsync(CancellationToken cancellationToken) => builder.Task.WaitAsync(cancellationToken);

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        mayBuild.Set();
        return application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Done when the entry point has started the graph; fails with what the entry point throws.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var app = await application.Task.WaitAsync(cancellationToken);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult());
        await (await Task.WhenAny(started.Task, ended.Task).WaitAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        mayBuild.Set();
        if (application.Task.IsCompletedSuccessfully)
        {
            var app = await application.Task;
            app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await Task.WhenAny(ended.Task, Task.Delay(EndGrace));
            await app.DisposeAsync();
        }
    }

    private void Run(MethodInfo entryPoint, string[] args, BuilderObserver observer)
    {
        BuilderObserver.Current = observer;
        try
        {
            entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? null : [args]);
            Fail(new InvalidOperationException("The entry point ended without building a DistributedApplication."));
            ended.TrySetResult();
        }
        catch (TargetInvocationException e)
        {
            Fail(e.InnerException!);
            ended.TrySetException(e.InnerException!);
        }
    }

    /// <summary>Tells those who still wait for a builder or an application.</summary>
    private void Fail(Exception e)
    {
        builder.TrySetException(e);
        application.TrySetException(e);
    }
}
