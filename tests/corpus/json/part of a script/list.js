window.YTD.follower.part0 = [ { "follower" : { "username" : "ann", "city" : "Lyon" , "followers": "12"} }, { "follower" : { "username" : "bob", "city" : "Rome", "followers": "13" } } ]
