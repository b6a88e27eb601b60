using System.Net;
using Gaia.Gateway.Limits;

namespace Gaia.Tests.Limits;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")]
    public void Addresses_of_one_customer_are_one(string one, string other) =>
        Assert.Equal(Identifier.OfAddress(IPAddress.Parse(one)), Identifier.OfAddress(IPAddress.Parse(other)));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.8")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    public void Addresses_of_two_customers_are_two(string one, string other) =>
        Assert.NotEqual(Identifier.OfAddress(IPAddress.Parse(one)), Identifier.OfAddress(IPAddress.Parse(other)));

    [Fact]
    public void An_identifier_is_written_with_its_kind()
    {
        var id = Guid.CreateVersion7();

        Assert.Equal($"user:{id}", Identifier.OfUser(id).ToString());
        Assert.Equal("ip:192.0.2.7", Identifier.OfAddress(IPAddress.Parse("192.0.2.7")).ToString());
        Assert.Equal("ip:2001:db8:1:2::", Identifier.OfAddress(IPAddress.Parse("2001:db8:1:2::1")).ToString());
    }
}
