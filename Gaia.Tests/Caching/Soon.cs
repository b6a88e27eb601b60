using System.Runtime.CompilerServices;

namespace Gaia.Tests.Caching;

/// <summary><see cref="Eventually"/>, ending with the test that waits.</summary>
internal static class Soon
{
    public static Task BecomesTrueAsync(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually.IsTrueAsync(condition, within, TestContext.Current.CancellationToken, what);

    public static Task PassesAsync(Func<Task> assertions, TimeSpan? within = null) =>
        Eventually.PassesAsync(assertions, within, TestContext.Current.CancellationToken);
}
