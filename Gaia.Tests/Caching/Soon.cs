using System.Runtime.CompilerServices;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Caching;

/// <summary><see cref="Eventually"/>, ending with the test that waits.</summary>
internal static class Soon
{
    public static Task IsTrue(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually.IsTrue(condition, within, TestContext.Current.CancellationToken, what);

    public static Task Passes(Func<Task> assertions, TimeSpan? within = null) =>
        Eventually.Passes(assertions, within, TestContext.Current.CancellationToken);
}
